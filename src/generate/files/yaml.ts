import { Document, Scalar, visit } from "yaml";

/** Characters that Go's YAML reader refuses or takes for a line break when they stand as they are. */
const unsafe = /[\p{Cc}\u0085\u2028\u2029\ufeff\ufffe\uffff]/u;
const unsafeInText = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/gu;

/**
 * Data as YAML that Prometheus and Alertmanager read back unchanged: no aliases, no folded lines, whatever YAML 1.1
 * would take for a boolean or a number in quotes, text of several lines as a block.
 */
export function yamlText(data: unknown): string {
  const document = new Document(data, { version: "1.1", aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value !== "string") return;
      const text = node.value.replace(/\p{Cs}/gu, "\ufffd");
      node.value = text;
      if (unsafe.test(text.replaceAll("\n", ""))) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document
    .toString({ lineWidth: 0, directives: false })
    .replace(unsafeInText, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

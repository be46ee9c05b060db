import { Document, Scalar, visit } from "yaml";

/** Characters that Go's YAML parser refuses, or reads as a line break, outside of double quotes. */
const unsafe = /[\p{Cc}\u0085\u2028\u2029\ufeff\ufffe\uffff]/u;
const unsafeInText = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/gu;

/**
 * Writes data as YAML that Prometheus and Alertmanager read back unchanged: no aliases, no folded lines, quotes around
 * strings that YAML 1.1 would read as a boolean or a number, text of several lines as a block.
 */
export function yamlText(data: unknown): string {
  const document = new Document(data, { version: "1.1", aliasDuplicateObjects: false });
  visit(document, {
    Scalar: (_key, node) => {
      if (typeof node.value !== "string") return;
      const text = node.value.replace(/\p{Cs}/gu, "\ufffd");
      node.value = text;
      // YAML 1.1 has a type for a bare `=`, which some parsers refuse.
      if (text === "=" || unsafe.test(text.replaceAll("\n", ""))) node.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document
    .toString({ lineWidth: 0, directives: false })
    .replace(unsafeInText, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Writes a YAML file of one document per object, under comment lines that say what the file is for. */
export function yamlDocuments(intro: readonly string[], ...objects: readonly object[]): string {
  const comment = intro.map((line) => `# ${line}\n`).join("");
  return comment + objects.map((object) => yamlText(object)).join("---\n");
}

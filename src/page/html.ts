/** HTML that is safe to stand in a page: made by `html` alone. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What may stand in a template: text is escaped; false and undefined give nothing. */
export type Content = Html | string | number | false | undefined | readonly Content[];

/** Makes HTML from a template. Whatever is put into it is text, in an element or in a quoted attribute, and no markup. */
export function html(strings: TemplateStringsArray, ...values: readonly Content[]): Html {
  let text = strings[0] ?? "";
  for (let at = 0; at < values.length; at++) text += textOf(values[at]) + (strings[at + 1] ?? "");
  return new Html(text);
}

function textOf(content: Content): string {
  if (content === undefined || content === false) return "";
  if (typeof content === "number") return String(content);
  if (typeof content === "string") return escapeHtml(content);
  return content instanceof Html ? content.text : content.map(textOf).join("");
}

function escapeHtml(text: string): string {
  return /[&<>"'\0]/u.test(text)
    ? text.replace(/[&<>"'\0]/gu, (letter) => `&#${letter === "\0" ? 0xfffd : letter.charCodeAt(0)};`)
    : text;
}

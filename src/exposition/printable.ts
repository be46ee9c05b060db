/** The text as it may go to a terminal: log content never brings what could steer one. */
export function printable(text: string): string {
  return text.replace(/\p{C}/gu, "\u{FFFD}");
}

/** Text that Markdown prints as it is. */
export function markdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()<>#+!|~&-]/gu, "\\$&").replace(/\s+/gu, " ");
}

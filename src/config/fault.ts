/** A fault of a config: its path, and a message with the remedy. */
export interface Fault {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

/** Formats a path in JavaScript syntax, `models["my model"].objectives[0].window`; the root is `config`. */
export function pathText(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "config";
  let text = "";
  for (const key of path) {
    if (typeof key === "number") text += `[${key}]`;
    else if (/^[A-Za-z_$][\w$]*$/u.test(String(key))) text += text === "" ? String(key) : `.${String(key)}`;
    else text += `[${JSON.stringify(String(key))}]`;
  }
  return text;
}

/** Formats a fault as one line: `sources[0].fields.modle: unknown key; did you mean "model"?`. */
export function faultText(fault: Fault): string {
  return `${pathText(fault.path)}: ${fault.text}`;
}

/** One thing that is wrong with a config: where it stands, and what would mend it. */
export interface Fault {
  readonly path: readonly PropertyKey[];
  readonly text: string;
}

/** `models["my model"].objectives[0].window`, as JavaScript would write it; the whole config is `config`. */
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

/** The fault as one line: `sources[0].fields.modle: unknown key; did you mean "model"?`. */
export function faultText(fault: Fault): string {
  return `${pathText(fault.path)}: ${fault.text}`;
}

/**
 * Makes a function that puts the templates that a text calls in front of it: the operator's objects cannot load template
 * files, and a message that calls a missing template is never sent.
 *
 * @param templates the text of a template file
 */
export function templateInliner(templates: string): (text: string) => string {
  const starts = [...templates.matchAll(/\{\{ define "([^"]+)" \}\}/gu)];
  const defined = new Map(
    starts.map(({ 1: name = "", index }, at) => [name, templates.slice(index, starts[at + 1]?.index).trimEnd()]),
  );
  return (text) => {
    const needed = new Set<string>();
    const call = (of: string): void => {
      for (const { 1: name = "" } of of.matchAll(/\{\{ template "([^"]+)"/gu)) {
        const body = defined.get(name);
        if (body === undefined || needed.has(name)) continue;
        needed.add(name);
        call(body);
      }
    };
    call(text);
    return [...[...needed].map((name) => defined.get(name) ?? ""), text].join("");
  };
}

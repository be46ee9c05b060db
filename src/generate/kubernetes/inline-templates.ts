/**
 * Gives a text whose templates stand in it. The operator's objects cannot load template files, and a message that calls
 * a template which is not there is never sent; so what a text calls is defined at its head.
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

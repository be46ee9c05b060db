import { yamlText } from "../files/yaml.ts";

/**
 * Objects of Kubernetes as one YAML file, each in a document of its own, under lines that say what the file is for.
 */
export function manifest(intro: readonly string[], ...objects: readonly object[]): string {
  const comment = intro.map((line) => `# ${line}\n`).join("");
  return comment + objects.map((object) => yamlText(object)).join("---\n");
}

import type { Form } from "./form.ts";
import { carriers } from "./carriers.ts";
import { loggers } from "./loggers.ts";
import { platforms } from "./platforms.ts";
import { servers } from "./servers.ts";

/** The known forms, in the order of the page. */
export const formGroups: readonly { readonly title: string; readonly forms: readonly Form[] }[] = [
  { title: "Loggers", forms: loggers },
  { title: "Model servers", forms: servers },
  { title: "Platforms", forms: platforms },
  { title: "Carriers", forms: carriers },
];

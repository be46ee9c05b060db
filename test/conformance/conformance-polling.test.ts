import { conformance } from "./conformance.ts";
import { tables } from "./tables.ts";

conformance("poll", tables);

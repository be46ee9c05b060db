import { conformance } from "./conformance.ts";

conformance("auto");

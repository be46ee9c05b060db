import { conformance } from "./conformance.ts";

conformance("poll");

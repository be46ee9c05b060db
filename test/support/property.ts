import fc from "fast-check";

/** The seed of every random example: the same in each run, but where `SEED` names another. */
const seed = Number(process.env["SEED"] ?? 1);

// A test that fails prints the seed, which the next run takes again.
fc.configureGlobal({ seed });

export default fc;

/** Ends a test run with one line that a machine can read: `N passed, N failed`. */
export default class CountReporter {
  /**
   * @param {unknown} _contexts
   * @param {Record<"numPassedTests" | "numFailedTests" | "numRuntimeErrorTestSuites" | "numPendingTests" | "numTodoTests", number>} results
   */
  onRunComplete(_contexts, results) {
    // A file that could not even be loaded holds no test, but it has failed.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    const line = `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
    // Jest's own summary comes after all other reporters.
    process.once("exit", () => {
      process.stdout.write(`${line}\n`);
    });
  }
}

/** Ends a test run with one line that a machine can read: `N passed, N failed`. */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    // A file that could not even be loaded holds no test, but it has failed.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const skipped = results.numPendingTests + results.numTodoTests;
    process.stdout.write(
      `${results.numPassedTests} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`,
    );
  }
}

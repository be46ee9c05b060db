/**
 * Renders the self-contained page at `/` with links to all endpoints. Links are relative to the page, so that they work
 * behind a proxy with a path prefix.
 */
export function landingPage(version: string, telemetryPath: string): string {
  const links = [
    [telemetryPath, "Metrics for Prometheus"],
    ["/api/v1/models", "Metrics as JSON"],
    ["/api/v1/rejected", "Recently rejected lines, with reasons"],
    ["/-/healthy", "Health"],
    ["/-/ready", "Readiness"],
  ].map(
    ([path = "", text = ""]) =>
      `<li><a href=".${escapeHtml(path)}">${escapeHtml(text)}</a> <code>${escapeHtml(path)}</code></li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>model-quality-exporter</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 44rem; margin: 3rem auto; padding: 0 1rem; color: #1d2433; background: #fff; }
code { color: #55607a; }
@media (prefers-color-scheme: dark) { body { color: #e4e8f1; background: #14181f; } a { color: #8ab4ff; } code { color: #9aa5bd; } }
</style>
</head>
<body>
<h1>model-quality-exporter</h1>
<p>Version ${escapeHtml(version)}. Model quality over sliding windows of prediction logs.</p>
<ul>
${links.join("\n")}
</ul>
</body>
</html>
`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/gu, (letter) => `&#${letter.charCodeAt(0)};`);
}

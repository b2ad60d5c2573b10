import manifest from '../../../package.json' with { type: 'json' };

/** A configuration that says what holds anyway: something to start from. */
export const configText = `${JSON.stringify(
  { $schema: `./node_modules/${manifest.name}/schemas/config.schema.json`, failOn: 'high', exclude: [], rules: {} },
  null,
  2,
)}\n`;

/**
 * A workflow that annotates pull requests and writes a job summary. Actions are named by commit, since a tag can be
 * moved; it may read the code and nothing else, and leaves no token in the checkout.
 */
export function workflowText(version: string, server: string): string {
  const path = server === '.' ? '' : ` ${shellWord(server)}`;
  return `name: mcp-audit
on:
  push:
    branches: [main]
  pull_request:
permissions: {}
jobs:
  audit:
    runs-on: ubuntu-latest
    timeout-minutes: 10
    permissions:
      contents: read
    steps:
      - uses: actions/checkout@11bd71901bbe5b1630ceea73d27597364c9af683 # v4.2.2
        with:
          persist-credentials: false
      - name: Audit the MCP server
        run: |
          npx --yes mcp-audit@${version}${path} --format github --report "markdown=$GITHUB_STEP_SUMMARY"
`;
}

/** The entry of the hook: pre-commit installs the release by itself. */
export function hookText(version: string): string {
  return `  - repo: local
    hooks:
      - id: mcp-audit
        name: mcp-audit
        description: what touches the staged files; the whole repository is read
        language: node
        additional_dependencies: ['mcp-audit@${version}']
        entry: mcp-audit --touching
        types_or: [ts, tsx, javascript, jsx]
        require_serial: true
`;
}

function shellWord(text: string): string {
  return /^[\w./@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Light and dark by the reader's choice, and on paper. No colour is the only sign of anything. */
export const styles = `
:root { color-scheme: light dark; --ink: #1b1f24; --dim: #57606a; --page: #fff; --card: #f6f8fa; --line: #d0d7de; --code: #eef1f4;
  --critical: #a40e26; --high: #bc4c00; --medium: #7d5700; --low: #0a5f8a; --info: #57606a; --good: #1a7f37; --mark: #ffe08a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6edf3; --dim: #9da7b1; --page: #0d1117; --card: #161b22; --line: #30363d; --code: #1f252c;
    --critical: #ff7b81; --high: #ffa657; --medium: #e3b341; --low: #79c0ff; --info: #9da7b1; --good: #56d364; --mark: #6b4e00; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 72rem; padding: 1.5rem; background: var(--page); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
h1 { margin: 0; font-size: 1.6rem; overflow-wrap: anywhere; } h2 { margin: 2rem 0 .75rem; font-size: 1.2rem; } h4 { margin: 1rem 0 .25rem; font-size: .95rem; }
header p, footer p, small, .facts { color: var(--dim); margin: .25rem 0; }
code, pre { font: .875em/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
code { background: var(--code); padding: .1em .3em; border-radius: 4px; overflow-wrap: anywhere; }
pre { background: var(--code); padding: .5rem .75rem; border-radius: 6px; overflow-x: auto; margin: .5rem 0; } pre code { background: none; padding: 0; overflow-wrap: normal; }
.scores { display: grid; grid-template-columns: auto 1fr; gap: 0 2rem; align-items: center; } .scores h2 { grid-column: 1 / -1; }
.overall { display: flex; gap: 1rem; align-items: center; max-width: 20rem; } .overall .dial { width: 7rem; flex: none; }
.dials { display: flex; flex-wrap: wrap; gap: 1rem; list-style: none; margin: 0; padding: 0; } .dials li { width: 8rem; text-align: center; } .dials b, .dials small { display: block; }
.dial { width: 4.5rem; } .dial circle { fill: none; stroke-width: 6; } .ring { stroke: var(--line); } .arc { stroke: currentColor; stroke-linecap: round; transform: rotate(-90deg); transform-origin: center; }
.dial text { fill: var(--ink); text-anchor: middle; font: 600 16px system-ui, sans-serif; } .dial .number { font: 400 10px system-ui, sans-serif; fill: var(--dim); }
.grade-A, .grade-B { color: var(--good); } .grade-C, .grade-D { color: var(--medium); } .grade-F { color: var(--critical); } .grade-none text { font-size: 12px; fill: var(--dim); }
form#filter { display: flex; flex-wrap: wrap; gap: .5rem 1rem; margin-bottom: 1rem; } form#filter[hidden] { display: none; } form output { color: var(--dim); margin-left: auto; }
select, input { font: inherit; color: inherit; background: var(--page); border: 1px solid var(--line); border-radius: 6px; padding: .2rem .4rem; }
.finding { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--info); border-radius: 6px; margin: .5rem 0; padding: .6rem .9rem; } .finding[hidden] { display: none; }
.finding.critical { border-left-color: var(--critical); } .finding.high { border-left-color: var(--high); } .finding.medium { border-left-color: var(--medium); } .finding.low { border-left-color: var(--low); }
summary { cursor: pointer; } .finding > summary .message { display: block; font-weight: 600; margin-top: .25rem; overflow-wrap: anywhere; } .place { color: var(--dim); overflow-wrap: anywhere; }
.badge { font-size: .8rem; font-weight: 700; text-transform: uppercase; } .critical .badge { color: var(--critical); } .high .badge { color: var(--high); } .medium .badge { color: var(--medium); } .low .badge { color: var(--low); } .info .badge { color: var(--info); }
.frame .row { display: block; } .frame .number { display: inline-block; width: 3.5em; color: var(--dim); user-select: none; } .frame .hit { font-weight: 600; } mark { background: var(--mark); color: inherit; border-radius: 2px; }
.steps li { margin: .4rem 0; } .plain { padding-left: 1.2rem; } .more { margin-top: .75rem; } .answered { font-style: italic; } .broken { border: 2px solid var(--critical); border-radius: 6px; padding: 0 1rem; }
.wide { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: .92rem; } th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line); } .gate { white-space: nowrap; } .reach.network { font-weight: 600; }
:focus-visible { outline: 2px solid var(--low); outline-offset: 2px; }
@media (max-width: 40rem) { body { padding: 1rem; } .scores { grid-template-columns: 1fr; } }
@media print { :root { --page: #fff; --card: #fff; --ink: #000; --dim: #444; --code: #f3f3f3; } form#filter { display: none; } .finding, tr, .dials li { break-inside: avoid; } pre { white-space: pre-wrap; } }
`;

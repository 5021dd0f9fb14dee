/** The style of `index.html`: light or dark by the reader's own setting, and readable on a narrow screen. */
export const pageStyle = `
:root {
  --ink: #1b1f24; --faint: #57606a; --paper: #fff; --line: #d0d7de; --shade: #f6f8fa;
  --good: #116329; --bad: #b00020; --warn: #8a5200; --link: #0550ae;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6edf3; --faint: #9aa4af; --paper: #0d1117; --line: #30363d; --shade: #161b22;
    --good: #4ac26b; --bad: #ff7b72; --warn: #e3b341; --link: #79c0ff;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 76rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.3rem; line-height: 1.35; margin: 0 0 1rem; padding: .8rem 1rem; background: var(--shade);
  border-left: .35rem solid currentColor; overflow-wrap: anywhere; }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; }
p { margin: 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .6rem; border-bottom: 1px solid var(--line);
  overflow-wrap: anywhere; min-width: 4.5rem; }
thead th { color: var(--faint); font-weight: 600; white-space: nowrap; }
.links, td.CRITICAL, td.HIGH, td.MEDIUM, td.LOW, td.UNKNOWN { white-space: nowrap; }
.where { min-width: 13rem; }
.where code { display: block; }
.line { min-width: 9rem; padding-top: .75rem; }
.bar { display: block; width: 100%; min-width: 4rem; height: .6rem; fill: currentColor; background: var(--shade); }
.run { margin: 0 0 1rem; overflow-wrap: anywhere; }
.notes { margin: 0 0 1rem; padding-left: 1.2rem; color: var(--warn); overflow-wrap: anywhere; }
.files { width: auto; }
.files th { white-space: normal; font-weight: 400; }
.files td:nth-child(2) { width: 9rem; padding-top: .75rem; color: var(--good); }
form { display: flex; flex-wrap: wrap; gap: .6rem 1rem; margin: .6rem 0; }
form[hidden] { display: none; }
label { color: var(--faint); max-width: 100%; }
select, input, button { font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--line);
  border-radius: .3rem; padding: .25rem .5rem; max-width: 100%; }
button:disabled { color: var(--faint); opacity: .6; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
#shown { color: var(--faint); }
#pages { margin-top: .6rem; }
.prose { min-width: 16rem; }
tbody th, .number { white-space: nowrap; font-weight: 600; }
.number { text-align: right; font-weight: 400; font-variant-numeric: tabular-nums; }
.passed { color: var(--good); }
.failed, .CRITICAL, .HIGH { color: var(--bad); }
.errored, .MEDIUM { color: var(--warn); }
.skipped, .LOW, .UNKNOWN, small, footer { color: var(--faint); }
td.passed, td.failed, td.errored, td.skipped { font-weight: 600; white-space: nowrap; }
a { color: var(--link); }
code, pre { font: .86em/1.45 ui-monospace, monospace; }
pre { overflow-x: auto; padding: .7rem .9rem; background: var(--shade); border: 1px solid var(--line); }
details { border-bottom: 1px solid var(--line); padding: .35rem 0; }
summary { cursor: pointer; overflow-wrap: anywhere; }
footer { margin-top: 2.5rem; }
@media (max-width: 50rem) {
  main { padding: .8rem .6rem 2rem; }
  thead { display: none; }
  table, tbody, tr, th, td, .number { display: block; min-width: 0; padding: .1rem 0; border: 0; text-align: left; }
  tr { padding: .6rem 0; border-bottom: 1px solid var(--line); }
  td:empty { display: none; }
  tbody th { white-space: normal; }
  .line { padding: .3rem 0; }
  .links { white-space: normal; }
  .files, .files tbody { display: block; width: 100%; }
  .files tr { display: grid; grid-template-columns: 4.5rem 5rem minmax(0, 1fr); gap: .5rem; padding: .15rem 0; }
  .files td:nth-child(2) { width: auto; padding-top: .4rem; }
  label, select, input { width: 100%; }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--faint); }
}
`;

import { rampRules } from "./ramps.ts";

const light = `--bg:#f5f6f8;--panel:#fff;--ink:#18202b;--soft:#566173;--line:#dfe3e9;--track:#e6e9ee;--focus:#1457c8;
--miss:#b3261e;--miss-bg:#fdeceb;--met:#0b6b58;--blue:#2563a8;--orange:#a34a07;--zero:#f4f5f7;`;
const dark = `--bg:#0e131a;--panel:#151c25;--ink:#e7ebf1;--soft:#9aa6b6;--line:#29323e;--track:#2a3441;--focus:#8ab8ff;
--miss:#ff8a80;--miss-bg:#351a1c;--met:#5fd0b5;--blue:#7db4f5;--orange:#f2a25c;--zero:#1a222d;`;

const base = `*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:14px/1.45 system-ui,-apple-system,"Segoe UI","Noto Sans",sans-serif;font-variant-numeric:tabular-nums}
a{color:var(--blue)}nav a,.seg a,aside a,.pick{text-decoration:none}nav a:hover{text-decoration:underline}p a,.what a,.meta a{text-underline-offset:2px;text-decoration-thickness:1px}
h1,h2{margin:0;font-weight:600}h1{font-size:22px;line-height:1.2;letter-spacing:-.01em;overflow-wrap:anywhere}h1 .soft{font-weight:400}h2{font-size:13px;color:var(--soft)}
button,input{font:inherit;color:inherit}
:focus-visible{outline:2px solid var(--focus);outline-offset:1px}main:focus{outline:0}
.soft{color:var(--soft)}.num{text-align:right;white-space:nowrap}.end{margin-left:auto}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-99em}.skip:focus{left:8px;top:8px;background:var(--panel);padding:6px 10px;z-index:1}
.name,.sub,h1,th,b,code{unicode-bidi:isolate}
.st{font-weight:700;white-space:nowrap}.st.miss{color:var(--miss)}.st.met{color:var(--met)}.st.quiet{color:var(--soft)}.st.unsure,.st.nodata{color:var(--orange)}
header.top{display:flex;align-items:center;gap:18px;padding:9px 20px;background:var(--panel);border-bottom:1px solid var(--line)}
header.top strong{font-weight:600}header.top nav{display:flex;gap:14px;margin-left:auto}
.live{display:inline-flex;align-items:center;color:var(--soft);white-space:pre}
#age::before{content:" · "}.dot{width:8px;height:8px;border-radius:50%;background:var(--met);margin-right:7px}.dot.busy{background:var(--orange)}
.stale .dot{background:var(--miss)}.stale main,.stale aside{opacity:.55}.stale #age{color:var(--miss);font-weight:600}
.live button{border:0;background:none;padding:2px 4px;margin-left:6px;color:var(--blue);cursor:pointer}
.page{display:grid;grid-template-columns:258px minmax(0,1fr);max-width:1440px;margin:0 auto}
.pick{display:none}
aside{padding:16px 10px 16px 20px;min-width:0}
aside input{width:100%;padding:6px 10px;border:1px solid var(--line);border-radius:7px;background:var(--panel)}
aside input::placeholder{color:var(--soft);opacity:1}
aside ul{list-style:none;margin:0;padding:0}
.sum{margin:8px 8px 6px;font-size:12px;display:flex;flex-wrap:wrap;gap:2px 12px}
aside li a{display:grid;grid-template-columns:16px minmax(0,1fr) 62px;column-gap:7px;align-items:center;padding:7px 8px;border-radius:8px;color:inherit}
aside li a:hover{background:var(--panel)}
aside li a[aria-current]{background:var(--panel);box-shadow:inset 0 0 0 1px var(--line)}
.who{min-width:0}.name,.sub{display:block;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.name{font-weight:600}.sub{font-size:12px;color:var(--soft)}
.more{margin:0;padding:8px;font-size:12px;color:var(--soft)}
main{padding:16px 20px 40px 10px;min-width:0}
.head{display:flex;flex-wrap:wrap;align-items:end;gap:10px 16px;margin-bottom:12px}.head>div:first-child{min-width:0}
.head p{margin:2px 0 0;color:var(--soft)}
.seg{display:inline-flex;border:1px solid var(--line);border-radius:8px;background:var(--panel);overflow:hidden}
.seg a{padding:4px 11px;color:var(--ink);white-space:nowrap;border-left:1px solid var(--line)}.seg a:first-child{border-left:0}
.seg a:hover{background:var(--bg)}.seg a[aria-current]{background:var(--ink);color:var(--panel)}.seg a:focus-visible{outline-offset:-3px}
.head .seg{margin-left:auto;flex-wrap:wrap}
.panel{background:var(--panel);border:1px solid var(--line);border-radius:11px;padding:12px 16px}
.panel+.panel,.cols+.panel{margin-top:12px}.notice{margin:0 0 12px;border-left:4px solid var(--orange)}
.lone{padding:22px 24px}.lone p{margin:8px 0 0;max-width:60em;overflow-wrap:anywhere}.flush>p{margin:0;padding:10px 16px}
#nothing{margin-top:12px}
.cols{display:grid;grid-template-columns:minmax(0,1.32fr) minmax(270px,.86fr);gap:12px;margin-top:12px;align-items:start}
.stack{display:grid;gap:12px}.stack>*{margin:0!important;min-width:0}
table{border-collapse:collapse;width:100%}th{font-weight:400;text-align:left}
.panel.flush{padding:0;overflow:hidden}
.obj td,.obj th{padding:7px 14px 7px 0;border-top:1px solid var(--line);vertical-align:middle}.obj td:first-child{padding-left:16px;width:98px}.obj tr:first-child>*{border-top:0}
.obj tr.missed>*{background:var(--miss-bg)}.obj .what b{font-weight:600;overflow-wrap:anywhere}.obj .bul{width:150px}.iv,.obj .meta{font-size:12px}.iv{margin-left:5px}.obj .meta{white-space:normal}
.missed .soft{color:var(--ink)}
svg{display:block;overflow:visible}.spark{width:60px;height:22px}.hist{width:100%;margin-top:10px}
.track{stroke:var(--track);stroke-width:6;stroke-linecap:round}.missed .track{stroke:color-mix(in srgb,var(--miss) 22%,var(--miss-bg))}.int{stroke:var(--soft);stroke-width:2.5}.bound{stroke:var(--ink);stroke-width:2}.pt{fill:var(--ink)}.missed .pt{fill:var(--miss)}.missed .int{stroke:var(--miss)}
.line{fill:none;stroke:var(--blue);stroke-width:1.5;stroke-linejoin:round}.axis{fill:var(--soft);font-size:11px}.axis.end{text-anchor:end}.bar{fill:var(--track)}
.mxhead{display:flex;flex-wrap:wrap;gap:8px 12px;align-items:center;margin-bottom:8px}.mxhead .seg{margin-left:auto;font-size:13px}.mxhead .seg a{padding:2px 9px}
.mx{table-layout:fixed;border-collapse:separate;border-spacing:2px}.mx caption,.hint{text-align:left;color:var(--soft);font-size:12px;padding:0 0 4px 2px;margin:0}
.mx td,.mx th{padding:0;text-align:center;font-size:13px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.mx tbody td,.mx tbody th{height:31px}.mx.large tbody td{height:76px}.mx.small tbody td,.mx.small tbody th{height:20px}.mx.small td,.mx.small th{font-size:11px}
.mx thead th{height:22px}.mx th{color:var(--soft)}.mx th:first-child{text-align:right;padding-right:6px;width:64px}.mx.large th:first-child{width:96px}.mx .m{width:52px;color:var(--soft)}.mx.small .m{width:34px}.mx tfoot td,.mx tfoot th{color:var(--soft);height:26px}.mx.tall thead th:not(:first-child):not(.m),.mx.small tfoot td{writing-mode:vertical-rl;transform:rotate(180deg);text-align:left;line-height:1}.mx.tall thead th{height:78px;max-height:78px;vertical-align:bottom}.mx.small tfoot td,.mx.small tfoot th{height:32px}.mx td.low{color:var(--miss);font-weight:700}
.mx.small{border-spacing:1px}
.mx th.on{color:var(--ink);font-weight:700;text-decoration:underline;text-underline-offset:3px}
.mx td.c{border-radius:4px;cursor:default}.mx td.z{background:var(--zero);color:var(--soft)}.mx td.c:hover{box-shadow:0 0 0 2px var(--ink)}.mx td[aria-selected]{box-shadow:0 0 0 2px var(--focus);outline:0}.mx td[aria-selected]:focus-visible{box-shadow:0 0 0 3px var(--focus)}
.mx td b{display:block;font-size:17px;font-weight:600;line-height:1.2}.mx td small{font-size:12px}
.detail{min-height:28px;margin:4px 0 0;padding:7px 0 0;font-size:13px;border-top:1px solid var(--line);overflow-wrap:anywhere}
.legend{display:flex;flex-wrap:wrap;gap:6px 18px;margin-top:8px;font-size:12px;color:var(--soft);align-items:center}.ramp{display:inline-flex;vertical-align:-2px;border-radius:3px;overflow:hidden;margin:0 5px}.ramp i{width:9px;height:12px}
.map{display:grid;grid-template-columns:minmax(0,auto) minmax(0,1fr);gap:4px 6px;max-width:600px}#map{aspect-ratio:1;background:var(--zero);border-radius:4px;cursor:crosshair}#map svg{width:100%;height:100%}.ring{fill:none;stroke:var(--ink);stroke-width:2;vector-effect:non-scaling-stroke}
.ticks{display:flex;font-size:11px;color:var(--soft);min-width:0}.ticks.y{flex-direction:column;max-width:96px}.ticks span{flex:1;min-width:0;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.fig{margin-top:4px}.fig td,.fig th{padding:4px 0}.fig th{overflow-wrap:anywhere}.fig td:nth-child(2){font-weight:600;text-align:right;padding-left:8px;white-space:nowrap}.fig td:nth-child(3){color:var(--soft);font-size:12px;white-space:nowrap;text-align:right;width:108px}
.conf{margin-top:4px}.conf td,.conf th{padding:3px 0;overflow-wrap:anywhere}.conf .pct{padding-left:12px;white-space:normal}
.src td,.src th{padding:5px 12px 5px 0;border-top:1px solid var(--line)}.src thead th{border:0;color:var(--soft);font-size:12px;padding-top:0}.src .wide{max-width:330px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.problem{display:block;color:var(--orange);font-size:12px;white-space:normal;overflow-wrap:anywhere}
.join{margin:8px 0 0;color:var(--soft)}#rejected{margin:8px 0 0}
code{font:12px/1.4 ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;overflow-wrap:anywhere}summary{cursor:pointer;color:var(--blue)}ol{margin:6px 0 0;padding:0;list-style:none}ol li{padding:4px 0;overflow-wrap:anywhere}pre{margin:2px 0 0;white-space:pre-wrap;overflow-wrap:anywhere}`;

const narrow = `.page{display:block}main{padding:12px 14px 8px}aside{padding:8px 14px 32px}.cols{grid-template-columns:minmax(0,1fr)}
.pick{display:flex;align-items:center;gap:8px;margin:12px 14px 0;padding:8px 10px;border:1px solid var(--line);border-radius:8px;background:var(--panel);color:inherit;overflow:hidden;white-space:nowrap}.pick b{overflow:hidden;text-overflow:ellipsis}
#page .page{display:flex;flex-direction:column}#page aside{order:3}
header.top{padding:8px 14px;gap:6px 10px;flex-wrap:wrap}header.top nav{margin-left:0;width:100%;font-size:13px}.live{margin-left:auto;font-size:13px}.version,.dot:not(.busy)+.word{display:none}#age::before{content:""}
.head .seg{margin-left:0}.panel{padding:11px 12px}.lone{padding:16px}
.obj,.obj tbody{display:block}.obj tr{display:grid;grid-template-columns:82px minmax(0,1fr) auto;gap:1px 10px;padding:9px 12px;border-top:1px solid var(--line)}.obj tr:first-child{border:0}.obj tr.missed{background:var(--miss-bg)}
.obj td,.obj th,.obj td:first-child,.obj tr.missed>*{border:0;padding:0;background:none;width:auto}.obj .what{grid-column:2/4}.obj .bul{grid-column:1/3;align-self:center;width:auto}.obj .meta{grid-column:1/4;text-align:left}
.mx,.mx.large{border-spacing:1px}.mx td,.mx th{font-size:10.5px}.mx tbody td,.mx tbody th{height:27px}.mx.large tbody td{height:54px}.mx th:first-child{width:34px;padding-right:3px}.mx.large th:first-child{width:62px}.mx tfoot th,.mx tfoot td{font-size:9.5px;height:24px}.mx .m,.mx.small .m{width:34px}
.mx.small{border-spacing:0}.mx.small td.c{font-size:0}.mx.small th{font-size:7px}.mx.small tbody td,.mx.small tbody th{height:13px}.mx.small td.c{border-radius:0}.mx.small .m,.mx.small tfoot td{font-size:0;width:2px}.mx.small th:first-child{font-size:8px;width:30px}
.src .opt{display:none}.src{table-layout:fixed}.src .num{white-space:normal}.src th:first-child{width:38%}.src td,.src th{padding-right:8px;font-size:13px}`;

/** Writes the style sheet of the page. */
export function styleSheet(): string {
  return [
    `:root{${light}}`,
    rampRules("light"),
    `@media (prefers-color-scheme:dark){:root{${dark}}`,
    rampRules("dark"),
    "}",
    base,
    `@media (max-width:860px){${narrow}}`,
    "@media (prefers-contrast:more){:root{--soft:var(--ink);--line:var(--ink);--track:var(--soft)}.mx td.c{outline:1px solid var(--ink)}}",
    "@media (prefers-reduced-motion:no-preference){.mx td.c{transition:background-color .3s}}",
    "@media print{aside,.pick,header nav,.live button,.seg a:not([aria-current]){display:none}.page{display:block}body{background:#fff}.panel{break-inside:avoid}*{print-color-adjust:exact}}",
  ].join("\n");
}

/** Icon of the page: a matrix with a wrong cell. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#151c25"/><path d="M2 2h5.5v5.5H2zM8.500 8.500H14V14H8.500z" fill="#7db4f5"/><path d="M8.500 2H14v5.500H8.500z" fill="#f2a25c"/><path d="M2 8.500h5.500V14H2z" fill="#2a3441"/></svg>`;

/// The page's style sheet: a printed figure sheet in system type, light and dark, wide and narrow.
enum PageStyle {
  static let css = colours + layout + content + figures + controls + media

  private static let colours = """
    :root{color-scheme:light dark;--paper:#fff;--ink:#1b1d20;--soft:#50565e;--rule:#d4d8dd;--panel:#f5f6f7;
    --link:#0a55a0;--warn:#8a4b00;--c0:#c0321f;--c1:#0f5ea8;--c2:#8a5a00;--c3:#00735a;--c4:#7b3fa8;--c5:#a8326e;
    --c6:#2f7f8f;--c7:#4d5560}
    @media (prefers-color-scheme:dark){:root{--paper:#131518;--ink:#e8eaed;--soft:#a9b0b9;--rule:#383d44;
    --panel:#1c1f23;--link:#7fbcf5;--warn:#f0b35c;--c0:#ff8a73;--c1:#6fb6f6;--c2:#e9b949;--c3:#4ccda6;
    --c4:#c79bf2;--c5:#f58bbd;--c6:#6fcbdb;--c7:#b3bac3}}

    """

  private static let layout = """
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-behavior:auto}
    body{margin:0;background:var(--paper);color:var(--ink);
    font:400 1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;
    overflow-wrap:anywhere}
    .sheet{max-width:80rem;margin:0 auto;padding:1.5rem 1rem 3rem}
    .skip{position:absolute;left:-99rem}
    .skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.3rem .6rem;z-index:2}
    .top{border-bottom:2px solid var(--ink);padding-bottom:1rem;margin-bottom:1rem}
    .kicker{margin:0;color:var(--soft);font-size:.8rem;letter-spacing:.08em;text-transform:uppercase}
    h1,h2,h3{font-family:Charter,"Bitstream Charter","Iowan Old Style",Georgia,"DejaVu Serif",serif;
    line-height:1.2;font-weight:600;text-wrap:balance}
    h1{font-size:clamp(1.6rem,5vw,2.3rem);margin:.2rem 0 .4rem}
    h2{font-size:1.4rem;margin:0 0 .7rem}
    h3{font-size:1.06rem;margin:0 0 .5rem}
    p{margin:0 0 .8rem;max-width:44rem}
    .subtitle{color:var(--soft);margin:0}
    a{color:var(--link)}
    a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--link);
    outline-offset:2px}
    .contents ol{list-style:none;margin:0 0 1.5rem;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1.1rem;
    font-size:.9rem}
    .contents a{text-decoration:none;display:inline-block;padding:.15rem 0}
    .contents a:hover{text-decoration:underline}
    section{padding:1.6rem 0 .8rem;border-top:1px solid var(--rule);scroll-margin-top:.5rem}
    main>section:first-child{border-top:0;padding-top:.4rem}
    main{min-width:0}
    footer{border-top:1px solid var(--rule);margin-top:1.5rem;padding-top:1rem;color:var(--soft);font-size:.85rem}

    """

  private static let content = """
    .findings{margin:0 0 1rem;padding:0;list-style:none;max-width:48rem}
    .findings li{padding:.55rem 0;border-bottom:1px solid var(--rule)}
    .findings li:last-child{border-bottom:0}
    strong{font-weight:650;font-variant-numeric:tabular-nums;white-space:nowrap}
    .note{color:var(--warn);font-size:.92rem}
    code,pre{font:.86em/1.5 ui-monospace,SFMono-Regular,Menlo,"DejaVu Sans Mono",monospace}
    .cards{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(17.5rem,100%),1fr));gap:1rem}
    .card{border:1px solid var(--rule);border-radius:4px;padding:.9rem 1rem;min-width:0}
    dl{margin:0}
    .card dt{padding-top:.3rem;border-top:1px solid var(--rule)}
    dt{color:var(--soft);font-size:.8rem}
    dd{margin:0;font-size:.92rem}
    .card dd{padding-bottom:.3rem}
    .glossary{max-width:48rem}
    .glossary dt{color:var(--ink);font-weight:600;font-size:.95rem}
    .glossary dd{color:var(--soft);padding:0 0 .6rem}
    .scroll{overflow-x:auto;margin:0 0 1rem;max-width:100%;position:relative}
    table{border-collapse:collapse;font-size:.88rem;line-height:1.35;font-variant-numeric:tabular-nums;
    border-bottom:1.5px solid var(--ink);min-width:min(100%,24rem)}
    caption{text-align:left;color:var(--soft);font-size:.84rem;padding:0 0 .4rem;line-height:1.4}
    caption span{display:block;max-width:calc(100vw - 2rem)}
    th,td{padding:.32rem .55rem;text-align:left;vertical-align:top;overflow-wrap:normal}
    th:first-child,td:first-child{padding-left:.1rem}
    thead th{border-top:1.5px solid var(--ink);border-bottom:1px solid var(--ink);font-weight:600;
    vertical-align:bottom}
    tbody th{font-weight:500}
    .long{min-width:min(13rem,50vw);max-width:28rem;overflow-wrap:anywhere}
    tbody tr+tr>*{border-top:1px solid var(--rule)}
    .n{text-align:right;white-space:nowrap}
    thead .n{white-space:normal}
    details{margin:.3rem 0 1rem}
    summary{cursor:pointer;color:var(--link);font-size:.88rem;padding:.25rem 0;width:fit-content}
    details[open]>summary{margin-bottom:.5rem}
    .commands{padding:0;margin:0 0 1rem;list-style:none}
    .commands p{margin:0;font-size:.86rem;color:var(--soft)}
    pre{margin:.15rem 0 .7rem;background:var(--panel);border:1px solid var(--rule);border-radius:4px;
    padding:.5rem .7rem;white-space:pre-wrap;overflow-wrap:anywhere}

    """

  private static let figures = """
    figure{margin:0}
    .chart,.map{display:grid;grid-template-columns:minmax(0,1fr)}
    .chart{margin:0 0 1.2rem}
    figcaption{order:1}.check,.companion{order:2}figure>details{order:3}
    .chart .plot>:not(.matrix) svg:not(.key){display:block;width:100%;height:auto}
    .matrix svg{display:block}
    .wide{max-width:45rem}
    .split .wide{max-width:34rem}
    .panelled{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(18.5rem,100%),1fr));gap:1rem 1.2rem}
    .panelled>div{min-width:0;max-width:27rem}
    .narrow{display:none;max-width:30rem}
    main{counter-reset:figure}
    .chart>figcaption::before,.map>figcaption::before{counter-increment:figure;content:"Figure " counter(figure) ". ";
    font-weight:600;color:var(--ink)}
    figcaption{color:var(--soft);font-size:.88rem;max-width:44rem;margin:.4rem 0 .3rem}
    .legend{list-style:none;margin:0 0 .5rem;padding:0;display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:.86rem;
    max-width:45rem}
    .legend li{display:flex;align-items:center;gap:.3rem;min-width:0}
    .key{flex:none;overflow:visible}
    svg text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;
    fill:var(--soft);font-variant-numeric:tabular-nums}
    svg text.row,svg text.value,svg text.heading{fill:var(--ink)}
    svg text.heading{font-weight:600}
    svg text.on-dark{fill:#fff}svg text.on-light{fill:#000}
    .axis{stroke:var(--soft);stroke-width:1}
    .grid{stroke:var(--rule);stroke-width:1}
    .band{fill:var(--panel)}
    .c0{--c:var(--c0)}.c1{--c:var(--c1)}.c2{--c:var(--c2)}.c3{--c:var(--c3)}.c4{--c:var(--c4)}.c5{--c:var(--c5)}
    .c6{--c:var(--c6)}.c7{--c:var(--c7)}
    .filled{fill:var(--c);stroke:var(--paper);stroke-width:.75}
    .open{fill:var(--paper);stroke:var(--c);stroke-width:2}
    .faint{opacity:.38;stroke-width:0}
    .whisker{fill:none;stroke:var(--c);stroke-width:1.5}
    .line{fill:none;stroke:var(--c);stroke-width:1.75;stroke-linejoin:round}
    .area{fill:var(--c);opacity:.15}
    .level{fill:none;stroke:var(--soft);stroke-width:1;stroke-dasharray:2 3}
    .reference{fill:none;stroke:var(--c);stroke-width:1.5;stroke-dasharray:5 3}
    .reference.people{stroke-width:2.5;stroke-dasharray:none}
    .pictures{display:grid;grid-template-columns:repeat(auto-fill,minmax(8.5rem,13rem));gap:1.2rem;margin:0 0 1rem}
    .picture img{display:block;max-width:100%;height:auto;background:var(--panel)}
    .picture{max-width:100%;min-width:0}
    .pictures img{width:100%}
    .thumbnails{grid-template-columns:repeat(auto-fill,minmax(6rem,7rem));gap:.9rem}
    .thumbnails figcaption{overflow-wrap:anywhere;font-size:.78rem}
    .pixelated{image-rendering:pixelated}
    .pairs{list-style:none;margin:0 0 1rem;padding:0;display:grid;gap:1.2rem 1.5rem;
    grid-template-columns:repeat(auto-fill,minmax(min(17rem,100%),1fr))}
    .pair{display:grid;grid-template-columns:1fr 1fr;gap:.4rem}
    .pair img{width:100%}
    .pair figcaption{color:var(--ink);margin:.25rem 0 0}
    .pairs .name{color:var(--soft);font-size:.78rem;margin:.15rem 0 0}
    .scale{max-width:21.5rem;margin:0 0 1rem}
    .scale svg{display:block;width:100%;height:auto}
    .maps{display:grid;gap:1.8rem}
    .panels{display:grid;grid-template-columns:repeat(3,minmax(0,14rem));gap:.6rem}
    .panel svg{display:block;width:100%;height:auto;background:var(--panel)}
    .panel p{margin:.15rem 0 0;font-size:.78rem;color:var(--soft)}
    .map figcaption{color:var(--ink)}
    .check{font-size:.88rem;color:var(--soft);margin:0;font-variant-numeric:tabular-nums}
    .unseen{fill:#8b8f94}
    .paper{fill:#fff}
    .grey{filter:grayscale(1);opacity:.55}
    .multiply{mix-blend-mode:multiply;opacity:var(--map,1)}
    .panel svg{isolation:isolate}
    .halo,.outline{fill:none;vector-effect:non-scaling-stroke}
    .halo{stroke:#fff;stroke-width:4}
    .outline{stroke:#000;stroke-width:1.75}

    """

  /// What the script adds.
  private static let controls = """
    .off{display:none}
    button{font:inherit;color:var(--link);background:none;border:1px solid var(--rule);border-radius:4px;
    padding:.15rem .5rem;cursor:pointer}
    button:focus-visible,input:focus-visible{outline:2px solid var(--link);outline-offset:2px}
    .tools{order:2;display:flex;flex-wrap:wrap;gap:.4rem;font-size:.8rem;margin:.2rem 0 .3rem}
    .sort{border:0;padding:0;color:inherit;font-weight:inherit;text-align:inherit}
    .sort::after{content:" ↕";color:var(--soft);font-weight:400}
    [aria-sort=ascending] .sort::after{content:" ↑"}
    [aria-sort=descending] .sort::after{content:" ↓"}
    .networks div{display:flex;flex-wrap:wrap;gap:.2rem 1rem;font-size:.88rem}
    .networks label{overflow-wrap:anywhere}
    .filter,.fade{display:block;font-size:.85rem;color:var(--soft);margin:0 0 .5rem}
    .filter input{font:inherit;max-width:100%}
    .fade input{vertical-align:middle}output{color:var(--ink)}
    @media print{.states .off{display:block}.tools,.networks,.filter,.fade{display:none}.sort::after{content:""}}

    """

  private static let media = """
    @media (max-width:40rem){.wide{display:none}.narrow{display:block}}
    @media (min-width:72rem){
    .sheet{display:grid;grid-template-columns:10.5rem minmax(0,1fr);column-gap:2rem;padding:2.5rem 2rem 4rem}
    .top,footer{grid-column:1/-1}
    .contents{position:sticky;top:1.2rem;align-self:start;max-height:calc(100vh - 2.4rem);overflow-y:auto}
    .contents ol{display:block}
    .contents li{padding:.15rem 0}
    .split{grid-template-columns:minmax(0,1fr) auto;column-gap:1.5rem}
    .split .companion{order:0}
    .split figcaption,.split>details{grid-column:1/-1}
    .split .companion table{font-size:.8rem}
    .split .companion{max-width:34rem}
    .split .companion th,.split .companion td{padding:.26rem .3rem}
    .split .companion .long{min-width:8rem}}
    @media print{
    :root{--paper:#fff;--ink:#000;--soft:#333;--rule:#bbb;--panel:#f3f3f3;--link:#000;--c0:#c0321f;--c1:#0f5ea8;
    --c2:#8a5a00;--c3:#00735a;--c4:#7b3fa8;--c5:#a8326e;--c6:#2f7f8f;--c7:#4d5560;color-scheme:light}
    body{print-color-adjust:exact;-webkit-print-color-adjust:exact}
    .sheet{display:block;padding:0;max-width:none}
    .contents,.skip{display:none}
    details::details-content{content-visibility:visible;block-size:auto;display:block}
    summary{color:var(--soft);list-style:none}
    .scroll{overflow:visible}
    .split{grid-template-columns:minmax(0,1fr)}
    .split .companion{order:2}
    table{font-size:7.5pt;max-width:100%}
    th,td{padding:.12rem .22rem;overflow-wrap:break-word}
    .long{min-width:9rem}
    html{font-size:13px}
    .cards{grid-template-columns:repeat(3,minmax(0,1fr));gap:.6rem}
    .card dd{font-size:.85rem}
    .n{white-space:normal}
    .wide{display:block}.narrow{display:none}
    figure,.card,.pairs li,tr{break-inside:avoid}
    .chart,.map{break-inside:auto}
    .panelled{grid-template-columns:repeat(3,minmax(0,1fr));gap:.5rem}
    .panelled>div{break-inside:avoid}
    .matrix svg{max-width:100%;height:auto}
    .plot,.panels{break-inside:avoid}
    h2,h3,summary{break-after:avoid}}
    @page{margin:16mm}
    """
}

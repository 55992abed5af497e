/// What the page can do where scripts run: choose networks, sort and filter tables, copy figures, fade maps. Without it
/// everything is there to read; nothing is loaded, and nothing but the clipboard and the address after `#` is written.
enum PageScript {
  static let source =
    "(()=>{\"use strict\";\n" + helpers + networks + tables + figures + maps + states + "})();"

  private static let helpers = #"""
    const all=(selector,root=document)=>[...root.querySelectorAll(selector)];
    const make=(tag,properties,...content)=>{
    const element=Object.assign(document.createElement(tag),properties);element.append(...content);return element};

    """#

  /// Which networks are shown, kept in the address behind a tilde: `#accuracy~hide=bagnet9,vgg16`.
  private static let networks = #"""
    const marks=all("[data-name]"),names=[...new Set(marks.map(mark=>mark.dataset.name))];
    const hidden=new Set();
    const place=()=>location.hash.slice(1).split("~")[0];
    const show=()=>{
    for(const mark of marks)mark.classList.toggle("off",hidden.has(mark.dataset.name));
    for(const row of all("tbody tr"))row.classList.toggle("off",hidden.has(row.cells[0].textContent));
    for(const item of all(".legend li"))item.classList.toggle("off",hidden.has(item.textContent))};
    const address=section=>"#"+section+(hidden.size?"~hide="+[...hidden].map(encodeURIComponent).join(","):"");
    const read=()=>{
    const part=location.hash.split("~hide=")[1];
    hidden.clear();
    for(const name of (part||"").split(",")){let plain="";try{plain=decodeURIComponent(name)}catch{}
    if(names.includes(plain))hidden.add(plain)}};
    if(names.length>1){
    read();
    const boxes=names.map(name=>{
    const box=make("input",{type:"checkbox",checked:!hidden.has(name)});
    box.addEventListener("change",()=>{
    box.checked?hidden.delete(name):hidden.add(name);
    history.replaceState(null,"",address(place()));show()});
    return make("label",{},box," "+name)});
    const choice=make("details",{className:"networks",open:hidden.size>0},
    make("summary",{},"Choose networks"),make("div",{},...boxes));
    document.querySelector(".contents").append(choice);
    for(const link of all(".contents a"))link.addEventListener("click",event=>{
    if(!hidden.size)return;
    event.preventDefault();const id=link.getAttribute("href").slice(1);
    history.pushState(null,"",address(id));document.getElementById(id).scrollIntoView()});
    addEventListener("hashchange",()=>{read();show();
    boxes.forEach((label,at)=>{label.firstChild.checked=!hidden.has(names[at])})});
    show();
    if(hidden.size&&place())document.getElementById(place())?.scrollIntoView()}

    """#

  private static let tables = #"""
    const number=text=>{const match=text.replace(/[,\s]/g,"").replace("−","-").match(/-?\d+(\.\d+)?/);
    return match?Number(match[0]):NaN};
    for(const table of all("table")){
    const body=table.tBodies[0],order=[...body.rows],heads=[...table.tHead.rows[0].cells];
    if(order.length<3)continue;
    heads.forEach((head,column)=>{
    const button=make("button",{type:"button",className:"sort"});
    button.append(...head.childNodes);head.append(button);
    button.addEventListener("click",()=>{
    const next={none:"ascending",ascending:"descending",descending:"none"}[head.ariaSort||"none"];
    for(const other of heads)other.removeAttribute("aria-sort");
    if(next!=="none")head.setAttribute("aria-sort",next);
    const numeric=head.classList.contains("n"),sign=next==="descending"?-1:1;
    const value=row=>{const text=row.cells[column].textContent;return numeric?number(text):text};
    const compare=(a,b)=>{const [x,y]=[value(a),value(b)];
    if(numeric)return isNaN(x)-isNaN(y)||(x-y)*sign||0;
    return x.localeCompare(y)*sign};
    body.append(...(next==="none"?order:[...order].sort(compare)))})});
    if(order.length>12){
    const field=make("input",{type:"search"});
    field.addEventListener("input",()=>{const wanted=field.value.toLowerCase();
    for(const row of order)row.hidden=!row.textContent.toLowerCase().includes(wanted)});
    table.parentNode.before(make("label",{className:"filter"},"Rows with ",field))}}

    """#

  private static let figures = #"""
    const kept=["fill","stroke","stroke-width","stroke-dasharray","opacity","font-size","font-family","font-weight"];
    const drawing=svg=>{
    const copy=svg.cloneNode(true),originals=[svg,...all("*",svg)];
    [copy,...all("*",copy)].forEach((element,at)=>{
    const style=getComputedStyle(originals[at]);
    if(style.display==="none")return element.setAttribute("display","none");
    for(const name of kept)element.setAttribute(name,style.getPropertyValue(name));
    element.removeAttribute("class")});
    return new XMLSerializer().serializeToString(copy)};
    const values=table=>[...table.rows].filter(row=>!row.hidden&&!row.classList.contains("off")).map(row=>
    [...row.cells].map(cell=>{const text=cell.textContent;
    return /[",\n]/.test(text)?'"'+text.replaceAll('"','""')+'"':text}).join(",")).join("\r\n")+"\r\n";
    const put=async text=>{
    try{await navigator.clipboard.writeText(text);return true}catch{
    const area=make("textarea",{value:text});document.body.append(area);area.select();
    const done=document.execCommand("copy");area.remove();return done}};
    const copier=(label,text)=>{
    const button=make("button",{type:"button"},label);
    button.addEventListener("click",async()=>{
    button.textContent=await put(text())?"Copied":"Not copied: the browser refused";
    setTimeout(()=>{button.textContent=label},2000)});
    return button};
    for(const figure of all("figure.chart")){
    const shown=()=>all(".plot svg:not(.key)",figure).filter(svg=>svg.getClientRects().length);
    const table=figure.querySelector("details table");
    const tools=make("div",{className:"tools"});
    const single=all(".wide svg,.matrix svg",figure).length||all(".panelled svg",figure).length===1;
    if(single)tools.append(copier("Copy as SVG",()=>drawing(shown()[0])));
    else all(".panelled svg",figure).forEach((svg,at)=>
    tools.append(copier("Copy panel "+(at+1)+" as SVG",()=>drawing(svg))));
    if(table)tools.append(copier("Copy as CSV",()=>values(table)));
    tools.setAttribute("aria-live","polite");
    figure.querySelector("figcaption").after(tools)}

    """#

  private static let maps = #"""
    for(const scale of all(".scale")){
    const slider=make("input",{type:"range",min:0,max:100,value:100});
    slider.addEventListener("input",()=>scale.parentNode.style.setProperty("--map",slider.value/100));
    scale.after(make("label",{className:"fade"},"Strength of the map over the picture ",slider))}

    """#

  /// Pictures in several states: one state at a time, and one slider for all.
  private static let states = #"""
    for(const block of all(".states")){
    const items=[...block.children],steps=[...new Set(items.map(item=>Number(item.dataset.step)))].sort((a,b)=>a-b);
    if(steps.length<2)continue;
    const slider=make("input",{type:"range",min:0,max:steps.length-1,value:steps.length-1});
    const state=make("output",{});
    const show=()=>{
    for(const item of items){const own=Number(item.dataset.step)===steps[slider.value];
    item.classList.toggle("off",!own);if(own)state.textContent=item.dataset.state}
    slider.setAttribute("aria-valuetext",state.textContent)};
    slider.addEventListener("input",show);show();
    block.before(make("label",{className:"fade"},block.dataset.control+" ",slider," ",state))}

    """#
}

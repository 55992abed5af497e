/// What a reader who sees, hears or types can expect of a page, as expressions that list what is wrong.
enum PageChecks {
  /// Everything that a keyboard should reach.
  static let controls = """
    [...document.querySelectorAll('a[href],button,input,summary,select,textarea,[tabindex="0"]')]
    .filter(e=>e.checkVisibility()).length
    """

  /// Text whose contrast with what lies under it is below 4.5, in either colour scheme.
  static let faintText = """
    (()=>{
    const canvas=document.createElement('canvas').getContext('2d',{willReadFrequently:true});
    const rgba=text=>{canvas.clearRect(0,0,1,1);canvas.fillStyle=text;canvas.fillRect(0,0,1,1);
    return [...canvas.getImageData(0,0,1,1).data]};
    const linear=c=>{c/=255;return c<=.03928?c/12.92:((c+.055)/1.055)**2.4};
    const light=c=>.2126*linear(c[0])+.7152*linear(c[1])+.0722*linear(c[2]);
    const under=element=>{
    if(element.namespaceURI.endsWith('svg')&&/on-(dark|light)/.test(element.getAttribute('class')||'')){
    const box=element.parentNode.querySelector('rect');if(box)return rgba(getComputedStyle(box).fill)}
    for(let e=element;e;e=e.parentElement){const c=rgba(getComputedStyle(e).backgroundColor);if(c[3]===255)return c}
    return rgba(getComputedStyle(document.body).backgroundColor)};
    const faint=[];
    const walker=document.createTreeWalker(document.body,NodeFilter.SHOW_TEXT);
    while(walker.nextNode()){
    const node=walker.currentNode,element=node.parentElement;
    if(!node.textContent.trim()||/^(SCRIPT|STYLE|TITLE|DESC)$/i.test(element.tagName)||
    !element.getClientRects().length)continue;
    const style=getComputedStyle(element);
    const ink=rgba(element.namespaceURI.endsWith('svg')?style.fill:style.color);
    const [a,b]=[light(ink),light(under(element))].sort((x,y)=>y-x);
    const ratio=(a+.05)/(b+.05);
    if(ratio<4.5)faint.push(node.textContent.trim().slice(0,40)+': '+ratio.toFixed(2))}
    return faint})()
    """

  /// Controls and pictures without a name, identifiers used twice, headings that skip a level, landmarks and table headers
  /// that are missing.
  static let disorder = """
    (()=>{
    const wrong=[],all=s=>[...document.querySelectorAll(s)];
    const named=e=>(e.getAttribute('aria-label')||e.textContent||e.labels?.[0]?.textContent||'').trim();
    for(const e of all('a[href],button,input,summary'))if(!named(e))wrong.push('no name: '+e.outerHTML.slice(0,80));
    for(const e of all('input'))if(!e.labels.length)wrong.push('no label: '+e.outerHTML.slice(0,80));
    for(const e of all('img'))if(!e.hasAttribute('alt'))wrong.push('no alt: '+e.outerHTML.slice(0,60));
    for(const e of all('svg'))if(e.getAttribute('aria-hidden')!=='true'){
    if(e.getAttribute('role')!=='img')wrong.push('no role: '+e.outerHTML.slice(0,60));
    for(const id of (e.getAttribute('aria-labelledby')||'').split(' '))
    if(!document.getElementById(id)?.textContent.trim())wrong.push('no description: '+id)}
    const ids=all('[id]').map(e=>e.id);
    for(const id of new Set(ids))if(ids.filter(x=>x===id).length>1)wrong.push('twice: '+id);
    let level=0;
    for(const e of all('h1,h2,h3,h4,h5,h6')){const own=Number(e.tagName[1]);
    if(own>level+1)wrong.push('heading skips: '+e.textContent);level=own}
    for(const one of ['h1','main','nav','header','footer'])if(all(one).length!==1)wrong.push('not one '+one);
    for(const e of all('nav,[role=region],section'))
    if(!e.getAttribute('aria-label')&&!e.getAttribute('aria-labelledby'))wrong.push('no name: '+e.tagName);
    for(const e of all('thead th'))if(e.scope!=='col')wrong.push('no scope: '+e.textContent);
    for(const e of all('tbody th'))if(e.scope!=='row')wrong.push('no scope: '+e.textContent);
    for(const e of all('table'))if(!e.caption)wrong.push('no caption');
    for(const e of all('[tabindex]'))if(e.tabIndex>0)wrong.push('order: '+e.outerHTML.slice(0,60));
    if(!document.documentElement.lang)wrong.push('no language');
    return wrong})()
    """

  /// Figures without a drawing that is seen; those in a fold, and states that a slider leaves out, aside.
  static let unseenFigures = """
    [...document.querySelectorAll('figure')].filter(f=>!f.closest('details:not([open]),.off')).filter(f=>
    ![...f.querySelectorAll('svg:not(.key),img')].some(e=>{const r=e.getBoundingClientRect();
    return r.width>20&&r.height>20})).map(f=>f.id||f.className)
    """

  /// How far the page is wider than its window, in pixels.
  static let overflow = "document.documentElement.scrollWidth-document.documentElement.clientWidth"

  /// All words of the page, those in folded parts too.
  static let words = """
    (()=>{const copy=document.body.cloneNode(true);
    for(const e of copy.querySelectorAll('script,button,.networks,.tools,.filter,.fade'))
    if(!e.closest('th')||e.tagName!=='BUTTON')e.remove();
    return copy.textContent.replace(/\\s+/g,' ').trim()})()
    """
}

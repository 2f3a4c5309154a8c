// What a browser paints of a document, as a list in the order of the page; evaluated in the browser, so it stands alone.

/**
 * `side`: `customer` (the page itself), `mirror` (the inner document of the mirror's page), `widget` (a shared widget's
 * own frame). `rule` is the masking that the customer's page asks for, and only the customer's side knows it.
 *
 * Coordinates are those of the customer's viewport.
 */
export function painted({ side, rule = { share: "", hide: "" }, inside = null }) {
  const own = "lockstep-widget,lockstep-display";
  const boxed = "iframe,frame,object,embed,canvas,video,audio,lockstep-box,lockstep-empty";
  const secretType = /^(password|hidden|file)$/i;
  const secretUse = /(^|\s)(cc-[a-z-]+|one-time-code|[a-z-]+-password)(\s|$)/i;
  const share = [rule.share, "[data-lockstep-share]"].filter(Boolean).join(",");
  const hide = [rule.hide, "[data-lockstep-hide]"].filter(Boolean).join(",");

  const root = () => {
    if (side === "mirror") return document.querySelector("#stage iframe").contentDocument;
    return document;
  };
  const shown = root();
  const view = shown.defaultView;
  const items = [];
  /** A shared widget is compared by itself, from its own corner. */
  let origin = { x: 0, y: 0 };

  const up = (node) => node.assignedSlot ?? node.parentElement ?? (node.parentNode instanceof view.ShadowRoot ? node.parentNode.host : null);
  const isOpen = (element) => {
    let shares = false;
    for (let at = element; at !== null; at = up(at)) {
      if (at.matches(hide)) return false;
      shares ||= at.matches(share);
    }
    return shares;
  };
  const round = (number) => Math.round(number * 100) / 100;
  const boxOf = ({ x, y, width, height }) => [round(x - origin.x), round(y - origin.y), round(width), round(height)];
  const canBeSeen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true, contentVisibilityAuto: true });
  const plain = (text) => text.replace(/\s+/g, " ").trim();
  /** What stands in an address before its fragment; one that may not leave the page comes as data. */
  const pictures = (css) => css.replace(/url\("(?:data:|blob:|[^"]*\?)[^"]*"\)/g, "url(data)").replace(/#[^")]*/g, "");
  /** A counter has another name over there. */
  const counters = (content) => content.replace(/(counters?)\([\w-]+/g, "$1(");

  function field(element, item) {
    const open = side !== "customer" || inside !== null || (isOpen(element) && element.hasAttribute("data-lockstep-share") && !secretType.test(element.type) && !secretUse.test(element.getAttribute("autocomplete") ?? ""));
    const kind = element.localName === "input" ? element.type : element.localName;
    item.field = kind;
    item.labels = /^(button|submit|reset)$/.test(kind);
    item.private = item.labels ? side === "customer" && !isOpen(element) : !open;
    if (kind === "checkbox" || kind === "radio") item.checked = element.checked;
    else if (kind === "select") item.value = plain(element.selectedOptions[0]?.label ?? "");
    else item.value = element.value;
    if (!item.value && element.placeholder) item.placeholder = plain(element.placeholder);
    if (side === "customer") item.placeholderPrivate = !isOpen(element);
  }

  function look(element) {
    if (element.matches(own) || /^(script|style|noscript|template|link|meta|title|head|base|lockstep-none)$/.test(element.localName)) return;
    if (element.localName === "slot") return within(element);
    const style = view.getComputedStyle(element);
    if (style.display === "none") return;
    const box = element.getBoundingClientRect();
    const widget = element.matches("[data-lockstep-shared]") && element !== inside;
    if (style.display !== "contents" && box.width > 0 && box.height > 0 && canBeSeen(element)) {
      const open = side !== "customer" || isOpen(element);
      const item = { kind: "element", tag: element.localName, box: boxOf(box), private: !open };
      items.push(item);
      if (element.matches(boxed)) item.tag = "a box";
      else if (widget) item.tag = "a shared widget";
      else {
        item.background = style.backgroundColor;
        item.colour = style.color;
        if (open && style.backgroundImage !== "none") item.picture = pictures(style.backgroundImage);
        if (element.namespaceURI === "http://www.w3.org/2000/svg") item.fill = style.fill;
        const marks = ["::before", "::after"].map((which) => view.getComputedStyle(element, which).content).filter((content) => content !== "none" && content !== "normal");
        if (open && marks.length > 0) item.marks = marks.map((mark) => counters(pictures(mark))).join(" ");
        if (element.localName === "img") item.natural = [element.naturalWidth, element.naturalHeight];
        if (/^(input|textarea|select)$/.test(element.localName)) field(element, item);
      }
    }
    if (widget || element.matches(boxed) || /^(textarea|select|option|datalist)$/.test(element.localName)) return;
    // What hidden drawings show is not drawn.
    if (element.localName === "svg" && side === "customer" && !isOpen(element)) return;
    if (element.localName === "svg" && side === "mirror" && !element.querySelector("[d],[points],circle,rect,ellipse,line,text,image,use")) return;
    within(element);
  }

  function within(element) {
    if (element.localName === "slot") {
      const assigned = element.assignedNodes();
      for (const node of assigned.length > 0 ? assigned : element.childNodes) one(node);
      return;
    }
    for (const node of (element.shadowRoot ?? element).childNodes) one(node);
  }

  function one(node) {
    if (node.nodeType === 1) return look(node);
    if (node.nodeType !== 3) return;
    const text = plain(node.data);
    const around = up(node);
    if (text === "" || around === null || !canBeSeen(around)) return;
    const range = shown.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) return;
    items.push({ kind: "text", text, box: boxOf(box), private: side === "customer" && !isOpen(around) });
  }

  if (side === "widget" || inside !== null) {
    const element = inside === null ? shown.body.firstElementChild : shown.querySelector(inside);
    if (element === null) return { items };
    inside = element;
    const { x, y } = element.getBoundingClientRect();
    origin = { x, y };
    within(element);
    return { items };
  }
  look(shown.documentElement);
  const { innerWidth, innerHeight, scrollX, scrollY } = view;
  return { view: [innerWidth, innerHeight], scroll: [round(scrollX), round(scrollY)], items };
}

/** Lets the editor style itself where the page's policy refuses inline styles: what it writes as
 * text is set through the CSSOM, which the policy leaves to scripts that it trusts. */

const TAG = /<[a-z][^>]*>/gi;
const HELD = "data-held-style";

// Browsers that know TrustedHTML get that from the editor instead of a string.
function hold(html: unknown): string {
  return String(html).replace(TAG, (tag) => tag.replace(/\sstyle=(?=["'])/g, ` ${HELD}=`));
}

function release(root: ParentNode | null): void {
  for (const element of root?.querySelectorAll<HTMLElement>(`[${HELD}]`) ?? []) {
    element.style.cssText = element.getAttribute(HELD) ?? "";
    element.removeAttribute(HELD);
  }
}

function descriptorOf(prototype: object, name: string): PropertyDescriptor {
  const found = Object.getOwnPropertyDescriptor(prototype, name);
  if (!found) throw new Error(`This browser has no ${name} to build on.`);
  return found;
}

const innerHTML = descriptorOf(Element.prototype, "innerHTML");
Object.defineProperty(Element.prototype, "innerHTML", {
  ...innerHTML,
  set(this: Element, html: unknown) {
    innerHTML.set?.call(this, hold(html));
    release(this);
  },
});

// eslint-disable-next-line @typescript-eslint/unbound-method -- called on its element below
const insertAdjacentHTML = Element.prototype.insertAdjacentHTML;
Element.prototype.insertAdjacentHTML = function (where, html) {
  insertAdjacentHTML.call(this, where, hold(html));
  release(where === "afterend" || where === "beforebegin" ? this.parentNode : this);
};

const sheets = new WeakMap<HTMLStyleElement, CSSStyleSheet>();

function adopt(style: HTMLStyleElement): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheets.set(style, sheet);
  // The element is put into its place, a menu's shadow root perhaps, only after it is filled.
  queueMicrotask(() => {
    const place = style.getRootNode();
    if (place instanceof Document || place instanceof ShadowRoot) {
      place.adoptedStyleSheets.push(sheet);
    }
  });
  return sheet;
}

const textContent = descriptorOf(Node.prototype, "textContent");
Object.defineProperty(HTMLStyleElement.prototype, "textContent", {
  ...textContent,
  set(this: HTMLStyleElement, css: string) {
    (sheets.get(this) ?? adopt(this)).replaceSync(css);
  },
});

export {};

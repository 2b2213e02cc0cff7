/**
 * Checks that run inside the page: they are sent there as text, so each stands for itself. What they use of the browser is declared here, since
 * the rest of the tests knows no browser.
 */
interface Styled {
  readonly color: string;
  readonly backgroundColor: string;
  readonly fontSize: string;
  readonly fontWeight: string;
}
interface PageElement {
  readonly tagName: string;
  readonly textContent: string | null;
  readonly parentElement: PageElement | null;
  readonly childNodes: Iterable<{ readonly nodeType: number; readonly textContent: string | null }>;
  readonly labels?: Iterable<PageElement> | null;
  getAttribute(name: string): string | null;
  checkVisibility(): boolean;
  closest(selector: string): PageElement | null;
}
declare const document: {
  readonly activeElement: PageElement | null;
  readonly documentElement: { readonly lang: string; readonly scrollWidth: number };
  querySelectorAll(selector: string): Iterable<PageElement>;
};
declare const getComputedStyle: (element: PageElement) => Styled;

/** Texts that do not stand out from their ground as WCAG 2.2 AA asks (1.4.3): 4.5 to 1, 3 to 1 for large ones. */
export function contrastFaults(): string[] {
  const channels = (color: string): number[] => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color: string): number => {
    const [red = 0, green = 0, blue = 0] = channels(color).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = (element: PageElement): string => {
    for (let each: PageElement | null = element; each; each = each.parentElement) {
      const { backgroundColor } = getComputedStyle(each);
      const [, , , alpha = 1] = channels(backgroundColor);
      if (alpha > 0) return backgroundColor;
    }
    return 'rgb(255, 255, 255)';
  };
  const faults = new Set<string>();
  for (const element of document.querySelectorAll('body *:not(svg, svg *, option)')) {
    const hasText = [...element.childNodes].some(({ nodeType, textContent }) => nodeType === 3 && (textContent ?? '').trim() !== '');
    if (!hasText || !element.checkVisibility() || element.closest('.unseen, noscript')) continue;
    const { color, fontSize, fontWeight } = getComputedStyle(element);
    const behind = ground(element);
    const [light = 0, dark = 0] = [luminance(color), luminance(behind)].toSorted((one, other) => other - one);
    const size = Number.parseFloat(fontSize);
    const wanted = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700) ? 3 : 4.5;
    const ratio = (light + 0.05) / (dark + 0.05);
    if (ratio < wanted)
      faults.add(`${element.tagName} "${(element.textContent ?? '').slice(0, 30)}": ${color} on ${behind} is ${ratio.toFixed(2)}`);
  }
  return [...faults];
}

/** Controls without a name for those who cannot see them. */
export function namelessElements(): string[] {
  const named = (element: PageElement): boolean =>
    Boolean(element.getAttribute('aria-label')) ||
    Boolean(element.getAttribute('aria-labelledby')) ||
    [...(element.labels ?? [])].some(({ textContent }) => (textContent ?? '').trim() !== '') ||
    (['A', 'BUTTON'].includes(element.tagName) && (element.textContent ?? '').trim() !== '');
  return [...document.querySelectorAll('a, button, input, select, [role=region], svg[role=img]')]
    .filter((element) => element.checkVisibility() && !named(element))
    .map(({ tagName, textContent }) => `${tagName} ${textContent ?? ''}`);
}

/** What somebody who tabs through the page hears of where they are. */
export function focusedName(): string {
  return document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? '';
}

/** The language that the page says it is in. */
export function pageLanguage(): string {
  return document.documentElement.lang;
}

/** How wide the page is, in CSS pixels: more than the window when one has to scroll sideways. */
export function pageWidth(): number {
  return document.documentElement.scrollWidth;
}

import { describe, expect, it } from 'vitest';
import { escape, plotSvg } from './svg-plot.ts';

const bar = (label: string, value: number, unsettled = false) => ({ label, value, title: `${label}: ${value}`, unsettled });
const heights = (svg: string): number[] => [...svg.matchAll(/<rect [^>]*height="([\d.]+)"/g)].map((match) => Number(match[1]));

describe('plots', () => {
  it('are bars in proportion, of another kind above the threshold or while they may change', () => {
    const svg = plotSvg({ title: 'LFDR', threshold: 100, bars: [bar('01', 50), bar('02', 200), bar('03', 100, true)] });
    const [low = 0, high = 0, middle = 0] = heights(svg);
    expect(high / low).toBeCloseTo(4);
    expect(middle / low).toBeCloseTo(2);
    expect([...svg.matchAll(/class="([a-z ]+)" x=/g)].map((match) => match[1])).toEqual(['within', 'over', 'within open']);
    expect(svg).toContain('class="threshold"');
  });

  it('have no more labels than there is room for', () => {
    const svg = plotSvg({ title: 'a month', threshold: 100, bars: Array.from({ length: 60 }, (_, index) => bar(`d${index}`, 1)) });
    const labels = svg.match(/>d\d+<\/text>/g)?.length ?? 0;
    expect(labels).toBeGreaterThan(10);
    expect(labels).toBeLessThan(25);
  });

  it('are drawn without any bar', () => expect(plotSvg({ title: 'nothing', threshold: 100, bars: [] })).toContain('threshold'));

  it('let no text become markup', () => {
    expect(escape(`<a href="x">&'`)).toBe('&#60;a href=&#34;x&#34;&#62;&#38;&#39;');
    expect(plotSvg({ title: '<script>', threshold: 1, bars: [] })).not.toContain('<script>');
  });
});

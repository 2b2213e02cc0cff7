import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Fixture, startFixture } from './support/fixture.ts';

describe('GraphiQL', () => {
  let fixture: Fixture;
  beforeAll(async () => {
    fixture = await startFixture('in-process', { graphiqlDefaultQuery: '# "A" & <b>\n{ __typename }' });
  });
  afterAll(() => fixture.close());
  const page = async () => {
    const response = await fetch(fixture.url, { headers: { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' } });
    return { response, html: await response.text() };
  };

  it('is what a browser gets, and a program does not', async () => {
    const { response, html } = await page();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(html).toContain('data-endpoint="/graphql"');
    expect(html).toContain('data-default-query="# &quot;A&quot; &amp; &lt;b&gt;&#10;{ __typename }"');
    const program = await fetch(fixture.url, { headers: { accept: 'text/html, application/json' } });
    expect(program.headers.get('content-type')).toContain('json');
  });

  it('loads nothing from elsewhere: all addresses are its own and are served', async () => {
    const { html } = await page();
    expect(html).not.toMatch(/(https?:)?\/\/\w/);
    const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)]
      .map(([, address]) => address ?? '')
      .filter((address) => address !== 'data:,');
    expect(addresses).toHaveLength(7);
    for (const address of addresses) {
      expect(address).toMatch(/^\/graphql\/assets\/[\w.-]+$/);
      const response = await fetch(new URL(address, fixture.url));
      expect(response.status).toBe(200);
      expect(response.headers.get('content-type')).toMatch(address.endsWith('.css') ? /^text\/css/ : /^text\/javascript/);
      expect((await response.text()).length).toBeGreaterThan(40);
    }
  });

  it('may load nothing from elsewhere', async () => {
    const policy = (await page()).response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/http|\*|unsafe-eval/);
  });

  it('has style sheets that load nothing from elsewhere', async () => {
    const css = await (await fetch(`${fixture.url}/assets/graphiql.css`)).text();
    expect([...css.matchAll(/url\((?!["']?data:)[^)]*\)|@import/g)]).toEqual([]);
  });

  it('sends its files once', async () => {
    const first = await fetch(`${fixture.url}/assets/page.js`);
    const again = await fetch(`${fixture.url}/assets/page.js`, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } });
    expect(again.status).toBe(304);
  });
});

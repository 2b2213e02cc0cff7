import { describe, expect, it } from 'vitest';
import { routingUrls } from './supergraph.ts';

describe('the routing URLs of a supergraph', () => {
  it('are those of its join__Graph values, by the subgraph’s own name', () => {
    const urls = routingUrls(`
      enum join__Graph {
        NOTICES @join__graph(name: "notices", url: "http://127.0.0.1:4002/graphql")
        OPEN_PAYMENTS @join__graph(name: "open-payments", url: "http://127.0.0.1:4003/graphql")
        LOCAL @join__graph(name: "local", url: "")
      }
      enum Other { A @join__graph(name: "x", url: "http://x") }
    `);
    expect([...urls]).toEqual([
      ['notices', 'http://127.0.0.1:4002/graphql'],
      ['open-payments', 'http://127.0.0.1:4003/graphql'],
    ]);
  });
});

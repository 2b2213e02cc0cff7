import { afterAll, beforeAll } from 'vitest';
import { type RunningPlatform, runShape, type Shape } from './shapes.ts';
import { openWorld, type World } from './world.ts';

/** Runs a platform of the shape, with a world around it, for the tests of the block that calls it; `take` gets both before the first of them. */
export function onScene(shape: Shape, take: (platform: RunningPlatform, world: World) => void): void {
  const stack = new AsyncDisposableStack();
  beforeAll(async () => {
    const platform = stack.use(await runShape(shape));
    take(platform, stack.use(await openWorld(platform)));
  });
  afterAll(() => stack.disposeAsync());
}

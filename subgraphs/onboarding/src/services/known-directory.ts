/** Loads the objects that entries speak of, so that the domain can compare and check without asking the database. */
import type { DirectoryData, DirectoryKind, Maintenance } from '@nodo-aperto/kernel/directory';
import type { FileEntry, KnownDirectory } from '../domain/directory-file/index.ts';
import { FILE_KINDS, rulesOf } from '../domain/kinds.ts';
import type { DirectoryWriter } from '../persistence/directory-store.ts';
import { findObjects, type Stored } from '../persistence/mappings.ts';

/** The objects of the codes given by kind, with their versions, and the windows of the stations that entries are about. */
export class LoadedDirectory implements KnownDirectory {
  readonly #objects: ReadonlyMap<string, Stored>;
  readonly #windows: ReadonlyMap<string, Maintenance[]>;

  constructor(objects: ReadonlyMap<string, Stored>, windows: ReadonlyMap<string, Maintenance[]>) {
    this.#objects = objects;
    this.#windows = windows;
  }

  get<Kind extends DirectoryKind>(kind: Kind, code: string): DirectoryData[Kind] | undefined {
    return this.stored(kind, code)?.object;
  }

  stored<Kind extends DirectoryKind>(kind: Kind, code: string): Stored<Kind> | undefined {
    return this.#objects.get(`${kind}/${code}`) as Stored<Kind> | undefined;
  }

  maintenancesOf(station: string): readonly Maintenance[] {
    return this.#windows.get(station) ?? [];
  }
}

export async function loadKnown(
  writer: DirectoryWriter,
  entries: readonly Pick<FileEntry, 'kind' | 'code' | 'entry'>[],
): Promise<LoadedDirectory> {
  const wanted = new Map<DirectoryKind, Set<string>>(FILE_KINDS.map((kind) => [kind, new Set()]));
  const stations = new Set<string>();
  for (const { kind, code, entry } of entries) {
    wanted.get(kind)?.add(code);
    for (const reference of rulesOf(kind).references(entry)) for (const each of reference.kinds) wanted.get(each)?.add(reference.code);
    if (kind === 'maintenance') stations.add((entry as Maintenance).station);
  }
  const objects = new Map<string, Stored>();
  for (const [kind, codes] of wanted) {
    for (const stored of codes.size > 0 ? await writer.load(kind, [...codes]) : []) objects.set(`${kind}/${stored.code}`, stored);
  }
  return new LoadedDirectory(objects, await loadWindows(writer, [...stations]));
}

async function loadWindows(writer: DirectoryWriter, stations: readonly string[]): Promise<Map<string, Maintenance[]>> {
  const windows = new Map<string, Maintenance[]>();
  if (stations.length === 0) return windows;
  for (const { object } of await findObjects(writer.manager, 'maintenance', { station: { $in: stations } })) {
    windows.set(object.station, [...(windows.get(object.station) ?? []), object]);
  }
  return windows;
}

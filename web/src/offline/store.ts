/**
 * What this device keeps: `kept` to be read without a connection, `waiting` to be sent. Everything in it is bound to one person in one
 * workspace (`who`). A browser that has no such store (some private windows) rejects; whoever asks goes on without.
 */
const name = 'hearten';
const version = 1;
export type Place = 'kept' | 'waiting';

let opening: Promise<IDBDatabase> | undefined;
const open = (): Promise<IDBDatabase> => {
  opening ??= new Promise<IDBDatabase>((done, fail) => {
    const request = indexedDB.open(name, version);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore('kept', { keyPath: ['who', 'key'] });
      db.createObjectStore('waiting', { keyPath: 'n', autoIncrement: true });
    };
    request.onsuccess = () => {
      const db = request.result;
      // Another tab has a newer version, or the browser takes the store away: opened again when it is needed.
      db.onversionchange = () => db.close();
      db.onclose = () => {
        opening = undefined;
      };
      done(db);
    };
    request.onerror = () => fail(request.error);
    request.onblocked = () => fail(new Error('An older tab holds what this device keeps.'));
  });
  opening.catch(() => {
    opening = undefined;
  });
  return opening;
};

/** Several things at once, all or none; resolves with what `work` asked for when it is on disk. */
export const within = async <T>(
  place: Place,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest<T> | undefined,
): Promise<T | undefined> => {
  const db = await open();
  return new Promise((done, fail) => {
    const tx = db.transaction(place, mode, { durability: 'strict' });
    const request = work(tx.objectStore(place));
    tx.oncomplete = () => done(request?.result);
    tx.onabort = () => fail(tx.error ?? new Error('What was to be kept on this device could not be written.'));
  });
};

/** Every key of one person that begins so. */
export const ofPerson = (who: string, prefix = ''): IDBKeyRange =>
  IDBKeyRange.bound([who, prefix], [who, `${prefix}\uffff`]);

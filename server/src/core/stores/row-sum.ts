import { createHash } from 'node:crypto'
import { StoreError } from './store-error.ts'

/** How many rows there are, and a hash that does not depend on their order: two copies of the same rows have the same. */
export class RowSum {
  count = 0
  private sum = 0n

  add(key: string): void {
    this.count += 1
    this.sum += BigInt(createHash('md5').update(key).digest().readUInt32LE(0))
  }

  /** The same of rows in ClickHouse, as columns `count` and `hash`; `key` is SQL for the text that `add` was given. */
  static sql(key: string): string {
    return `count() AS count, toString(sum(toUInt64(reinterpretAsUInt32(substring(MD5(${key}), 1, 4))))) AS hash`
  }

  /** Throws when what was stored is not what was added. */
  mustEqual(what: string, stored: { count: number; hash: string } | undefined): void {
    const [count, hash] = [Number(stored?.count ?? 0), stored?.hash ?? '0']
    if (count !== this.count || hash !== String(this.sum))
      throw new StoreError(
        'clickhouse.rebuildDiffers',
        `${what}: ClickHouse has ${count} rows with hash ${hash}, the truth has ${this.count} with ${this.sum}`,
      )
  }
}

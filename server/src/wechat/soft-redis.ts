/** What Redis holds may be lost, so a gateway goes on without it: limits are then per process and tokens are not shared. */
export async function withoutRedis<T>(work: () => Promise<T>, fallback: () => T | Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const { name, code } = error as { name?: string; code?: string }
    if (name === 'StoreError' && code?.startsWith('redis.')) return fallback()
    throw error
  }
}

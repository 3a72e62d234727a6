import type { Product } from './harness.ts'

type Body = Record<string, unknown>

/** Plays people in the pretend world through the simulator page's own calls. */
export function player(product: Product) {
  // biome-ignore lint/suspicious/noExplicitAny: each act answers in its own shape; tests read what they need.
  async function act(name: string, input: Body = {}): Promise<any> {
    const answer = await fetch(`${product.url}/simulator/api/${name}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(input),
    })
    const body = (await answer.json()) as { error?: { message: string } }
    if (!answer.ok) throw new Error(`simulator ${name}: ${body.error?.message ?? answer.status}`)
    return body
  }

  return {
    act,
    addPerson: async (name: string, phone: string | null = null, hasUnionid = true): Promise<string> =>
      (await act('people.add', { name, phone, hasUnionid })).id,
    chat: async (simUser: string) => {
      const chats = (await act('people.chats', { simUser })) as { key: string; title: string }[]
      const all = await Promise.all(chats.map(chat => act('people.chat', { simUser, key: chat.key })))
      return all.flatMap(chat => chat.messages as Body[])
    },
    signIn: async (simUser: string, appId: string, scene?: string) => {
      const { code } = await act('mini.login', { simUser, appId })
      const opened = await product.anonymous.call('memberAuth.signIn', { appId, code, ...(scene ? { scene } : {}) })
      return { ...opened, client: product.as(opened.token) }
    },
    phoneCode: async (simUser: string, appId: string): Promise<string> => (await act('mini.phoneCode', { simUser, appId })).code,
    staff: async (userid: string) => {
      const { code, corpId } = await act('staff.code', { simStaff: userid })
      const { token, staff } = await product.anonymous.call('staffAuth.signIn', { code, corpId })
      return { staff, client: product.as(token) }
    },
  }
}

/** Waits until `look` answers with something, at most `ms`. */
export async function eventually<T>(look: () => Promise<T | null | undefined | false>, ms = 10_000): Promise<T> {
  const until = Date.now() + ms
  for (;;) {
    const found = await look()
    if (found) return found
    if (Date.now() > until) throw new Error(`nothing came within ${ms} ms: ${look}`)
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

/** The templates that an account of the pretend world has in its console. */
export function templatesOf(
  config: Record<string, unknown> | undefined,
): { templateId: string; title: string; fields: { key: string; label: string }[] }[] {
  return (config?.templates as ReturnType<typeof templatesOf> | undefined) ?? []
}

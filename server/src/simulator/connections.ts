/** The product's side of the world's secrets, in the shape of `connections.update`. */
import type { World } from './world.ts'

export type DemoConnection = {
  type: 'wecom' | 'miniProgram' | 'officialAccount' | 'merchant'
  externalId: string
  name: string
  config: Record<string, unknown>
  secrets: Record<string, string>
}

export function connectionsOf(world: World): DemoConnection[] {
  const corps = [...world.corps.values()].map(
    (corp): DemoConnection => ({
      type: 'wecom',
      externalId: corp.corpId,
      name: corp.name,
      config: { agentId: corp.agentId },
      secrets: {
        secret: corp.secret,
        contactsSecret: corp.contactsSecret,
        token: corp.token,
        encodingAesKey: corp.encodingAesKey,
      },
    }),
  )
  const accounts = [...world.accounts.values()].map(
    (account): DemoConnection => ({
      type: account.kind,
      externalId: account.appId,
      name: account.name,
      config: { originalId: account.originalId, templates: account.templates },
      secrets: { secret: account.secret, token: account.token, encodingAesKey: account.encodingAesKey },
    }),
  )
  const merchants = [...world.merchants.values()].map(
    ({ mchid, name, apiV3Key, keys, appIds }): DemoConnection => ({
      type: 'merchant',
      externalId: mchid,
      name,
      config: { serialNo: keys.merchantSerial, publicKeyId: keys.publicKeyId, appIds },
      secrets: {
        privateKey: keys.merchantPrivateKey,
        certificate: keys.merchantCertificate,
        apiV3Key,
        publicKey: keys.platformPublicKey,
      },
    }),
  )
  return [...corps, ...accounts, ...merchants]
}

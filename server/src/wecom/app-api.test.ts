import { expect, test } from 'vitest'
import { signPage } from './app-api.ts'

/** The vector of the platform's own JS-SDK page: what staff.jsConfig answers must fit it. */
const ticket = 'sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg'
const signed = (url: string) => signPage(ticket, url, 'Wm3WZYTPz0wzccnW', 1414587457)

test('a page is signed as the platform signs it, and the part after # does not count', () => {
  const expected = {
    timestamp: 1414587457,
    nonceStr: 'Wm3WZYTPz0wzccnW',
    signature: '0f9de62fce790f9a083d5c99e95740ceb90c27ed',
  }
  expect(signed('http://mp.weixin.qq.com?params=value')).toEqual(expected)
  expect(signed('http://mp.weixin.qq.com?params=value#/sidebar/index?a=1')).toEqual(expected)
  expect(signed('http://mp.weixin.qq.com?params=other').signature).not.toBe(expected.signature)
})

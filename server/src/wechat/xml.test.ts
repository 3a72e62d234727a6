import { expect, test } from 'vitest'
import { nodesOf, parseXml, textOf } from './xml.ts'

test('ids of 64 bits and leading zeros stay as they were written', () => {
  const node = parseXml(
    '<xml><MsgId>4561255354251345929</MsgId><UserID>007</UserID><State><![CDATA[a<b&c]]></State><Empty/></xml>',
  )!
  expect(textOf(node, 'MsgId')).toBe('4561255354251345929')
  expect(textOf(node, 'UserID')).toBe('007')
  expect(textOf(node, 'State')).toBe('a<b&c')
  expect(textOf(node, 'Empty')).toBe('')
  expect(textOf(node, 'Absent')).toBe('')
})

test('the five entities of XML are opened', () => {
  expect(textOf(parseXml('<xml><Name>A &amp; B &lt;C&gt;</Name></xml>')!, 'Name')).toBe('A & B <C>')
})

test('a single item and a list are both a list', () => {
  expect(nodesOf(parseXml('<xml><List><A>1</A></List></xml>')!, 'List')).toHaveLength(1)
  expect(nodesOf(parseXml('<xml><List><A>1</A></List><List><A>2</A></List></xml>')!, 'List')).toHaveLength(2)
})

test.each([
  ['empty', ''],
  ['text', 'hello'],
  ['json', '{"a":1}'],
  ['cut off', '<xml><ToUserName>a</ToUserName>'],
  ['other root', '<html></html>'],
  ['entity bomb', '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><A>&b;</A></xml>'],
  ['a plain value', '<xml>1</xml>'],
])('%s is not a callback', (_, text) => expect(parseXml(text)).toBeNull())

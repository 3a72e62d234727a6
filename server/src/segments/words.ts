import { phrase } from '../core/index.ts'

/** Why a row of an uploaded list is refused: kept with the row, so said when it is read. */
export const listReasons = {
  unknown: phrase('没有这个客户', 'Nobody is known by this'),
  unknownThing: phrase('没有这个对象', 'Nothing is known by this'),
  otherBrand: phrase('这个客户属于其他品牌', 'This person is of another brand'),
  duplicate: phrase('名单里已经有了', 'Already on the list'),
  ambiguous: phrase('这个值对应多个客户，请换一列', 'Several people go by this: use another column'),
  empty: phrase('这一行没有可以识别的内容', 'Nothing on this row says who it is'),
  noName: phrase('请给人群起一个名字', 'Give the segment a name'),
}

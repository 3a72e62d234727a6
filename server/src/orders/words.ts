import { phrase } from '../core/index.ts'

/** Why points moved for an order: kept in the ledger, which its member reads too. */
export const ledger = {
  spent: phrase<{ orderNo: string }>('抵扣 {orderNo}', 'Paid towards {orderNo}'),
  earned: phrase<{ orderNo: string }>('购买 {orderNo}', 'Purchase {orderNo}'),
  givenBack: phrase<{ orderNo: string }>('退款退回 {orderNo}', 'Back from the refund of {orderNo}'),
  clawedBack: phrase<{ orderNo: string }>('退款扣回 {orderNo}', 'Clawed back for the refund of {orderNo}'),
  returned: phrase<{ orderNo: string }>('退货扣回 {orderNo}', 'Clawed back for the return of {orderNo}'),
}

/** What an order is called in short. */
export const goods = {
  nameless: phrase('未命名商品', 'Goods without a name'),
  several: phrase<{ first: string; count: number }>('{first} 等 {count} 件', '{first} and others, {count} in all'),
}

/** Why a row of an order file is refused. */
export const reasons = {
  chooseBrand: phrase('请选择品牌', 'Choose a brand'),
  currency: phrase('币种是三个字母，例如 CNY、GBP', 'A currency is three letters, such as CNY or GBP'),
  otherLine: phrase<{ line: number }>(
    '同一订单的第 {line} 行有误，整单未导入',
    'Line {line} of the same order is wrong, so the whole order was left out',
  ),
  duplicate: phrase('这个订单号已用于另一笔内容不同的订单', 'This order number belongs to another order with other content'),
  storeUnknown: phrase<{ store: string }>('没有编码或名称为「{store}」的门店', 'No store has the code or name “{store}”'),
  badNumber: phrase('订单号为空或超过 64 个字符', 'The order number is empty or longer than 64 characters'),
  badDate: phrase<{ value: string }>(
    '付款时间「{value}」看不懂，请写成 2026-11-22 18:30:00',
    'The time “{value}” cannot be read: write 2026-11-22 18:30:00',
  ),
  badQuantity: phrase<{ value: string }>(
    '数量「{value}」必须是不为 0 的整数',
    'The quantity “{value}” must be a whole number, not 0',
  ),
  badPrice: phrase<{ value: string }>('单价「{value}」不是数字', 'The price “{value}” is no number'),
  badDiscount: phrase<{ value: string }>(
    '优惠「{value}」必须是不小于 0 的数字',
    'The discount “{value}” must be a number, 0 or more',
  ),
}

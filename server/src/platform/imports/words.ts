import { phrase } from '../../core/index.ts'

/** Why a file or a row is refused: kept with the row, so said when it is read. */
export const reasons = {
  badWorkbook: phrase<{ error: string }>('无法读取工作簿：{error}', 'The workbook cannot be read: {error}'),
  unpacksTooLarge: phrase('压缩文件解开后过大', 'The packed file unpacks to too much'),
  workbookNotWhole: phrase('工作簿不完整', 'The workbook is not whole'),
  tooManyRows: phrase<{ max: number }>('超过 {max} 行', 'More than {max} rows'),
  columnCount: phrase<{ cells: number; width: number }>(
    '此行有 {cells} 列，表头有 {width} 列',
    'This row has {cells} columns, the header has {width}',
  ),
  badCharacters: phrase<{ encoding: string }>(
    '有无法识别的字符，文件编码可能不是 {encoding}',
    'Unreadable characters: the encoding may not be {encoding}',
  ),
  rowFailed: phrase('处理此行时出错', 'This row could not be taken in'),
  quoteOpen: phrase('引号没有闭合', 'A quote is not closed'),
  quoteWrong: phrase('引号使用有误', 'Quotes are used wrongly'),
  unknownField: phrase<{ key: string }>('没有字段 {key}', 'There is no field {key}'),
  unknownColumn: phrase<{ column: string }>('文件里没有列「{column}」', 'The file has no column “{column}”'),
  missingField: phrase<{ name: string }>('请选择「{name}」对应的列', 'Choose the column of {name}'),
  oldExcel: phrase(
    '这是旧版 .xls 文件，请在 Excel 中另存为 .xlsx 或 CSV',
    'This is an old .xls file: save it as .xlsx or CSV in Excel',
  ),
  notText: phrase('文件不是文本表格', 'The file is no table of text'),
  packedBroken: phrase('压缩文件已损坏', 'The packed file is damaged'),
  fileGone: phrase('文件已按保留期限清除，请重新上传', 'The file was removed after its time: upload it again'),
}

import { App } from 'antd'
import type { ReactNode } from 'react'
import { sentenceOf } from '../api/errors.ts'
import { t } from '../i18n.ts'

type Ask = {
  title: string
  /** What will happen, to how many, and whether it can be undone. */
  consequence: ReactNode
  /** The verb on the button: 停用, 发布, 合并. Never 确定. */
  verb: string
  isDanger?: boolean
  run: () => Promise<unknown>
  done?: string
}

/** A question that names its consequence. The dialog stays open with the reason when the server refuses. */
export function useConfirm() {
  const { modal, message } = App.useApp()
  return (ask: Ask) =>
    modal.confirm({
      title: ask.title,
      content: ask.consequence,
      okText: ask.verb,
      okButtonProps: { danger: ask.isDanger },
      cancelText: t('先不', 'Not now'),
      onOk: async () => {
        try {
          await ask.run()
          if (ask.done) message.success(ask.done)
        } catch (error) {
          message.error(sentenceOf(error), 6)
          throw error
        }
      },
    })
}

/** Runs something and says how it went. Returns undefined after a failure, so callers can stop. */
export function useRun() {
  const { message } = App.useApp()
  return async <T,>(work: () => Promise<T>, done?: string): Promise<T | undefined> => {
    try {
      const answer = await work()
      if (done) message.success(done)
      return answer
    } catch (error) {
      message.error(sentenceOf(error), 6)
      return undefined
    }
  }
}

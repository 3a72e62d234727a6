import { Button as NativeButton } from '@tarojs/components'
import { failureOf } from '../client/failure.ts'
import { platform } from '../platform/index.ts'
import { Button } from './button.tsx'

type PhoneButtonProps = {
  text: string
  isBusy: boolean
  busyText: string
  /** False holds the prompt back, for example while nothing is agreed to: `onHeldBack` says why to the person. */
  isAllowed: boolean
  onHeldBack: () => void
  /** The platform could not give one; says why. */
  onFailed?: (text: string) => void
  /** The code for the server, null when the person said no. */
  onCode: (code: string | null) => void
}

/** Asks WeChat for the phone. There it must be WeChat's own button; in H5 the simulator stands in. */
export function PhoneButton({ text, isBusy, busyText, isAllowed, onHeldBack, onFailed, onCode }: PhoneButtonProps) {
  if (platform.name === 'weapp' && isAllowed && !isBusy) {
    return (
      <NativeButton
        className="button is-main is-large native-button"
        openType="getPhoneNumber"
        onGetPhoneNumber={event => onCode((event.detail as { code?: string }).code ?? null)}
      >
        {text}
      </NativeButton>
    )
  }
  const ask = async () => {
    if (!isAllowed) return onHeldBack()
    try {
      // WeChat's own button asks for the privacy authorisation by itself.
      onCode((await platform.authorizePrivacy()) ? await platform.phoneCode() : null)
    } catch (error) {
      onFailed?.(failureOf(error).message)
    }
  }
  return <Button text={text} busyText={busyText} isBusy={isBusy} onTap={() => void ask()} />
}

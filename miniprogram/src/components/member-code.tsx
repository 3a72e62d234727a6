import { Image, Text, View } from '@tarojs/components'
import { useEffect, useState } from 'react'
import { call, failureOf, type Output } from '../client/index.ts'
import { useNow, useShown } from '../hooks/use-now.ts'
import { platform } from '../platform/index.ts'
import { grouped } from '../words.ts'
import { Button } from './button.tsx'
import { Tap } from './tap.tsx'

type Code = Output<'members.code'>

/** Fetched this long before the shown one ends, so that the counter never sees a dead code. */
const EARLY_MS = 4_000
const RETRY_MS = 4_000

/** The rotating code for the counter. Tap: full screen at full brightness. */
export function MemberCode() {
  const { code, error, reload } = useRotatingCode()
  const [isHuge, setHuge] = useState(false)
  const now = useNow(1_000)
  const left = code ? Math.max(0, Math.ceil((new Date(code.expiresAt).getTime() - now.getTime()) / 1000)) : 0

  if (!code) {
    return (
      <View className="code">
        <View className="code-plate">
          <View className="code-veil">
            {error ? <Button text="重新获取会员码" kind="plain" size="small" onTap={reload} /> : <View className="spinner" />}
          </View>
        </View>
        <View className="code-note">{error ?? '正在获取会员码'}</View>
      </View>
    )
  }

  const isDead = left === 0
  return (
    <View className="code">
      <Tap className="code-plate" label="放大会员码" isDisabled={isDead} onTap={() => setHuge(true)}>
        {isDead ? (
          <View className="code-veil">
            <Text>会员码已过期</Text>
            <Button text="刷新" kind="plain" size="small" onTap={reload} />
          </View>
        ) : (
          <Picture svg={code.svg} />
        )}
      </Tap>
      <Digits text={isDead ? code.memberNo : grouped(code.code)} />
      <View className="code-note">{isDead ? '网络不通时，请向店员报会员号' : `结账时出示，${left} 秒后自动更新`}</View>
      {isHuge && <Huge code={code} onClose={() => setHuge(false)} />}
    </View>
  )
}

function Huge({ code, onClose }: { code: Code; onClose: () => void }) {
  useEffect(() => platform.brighten(), [])
  return (
    <Tap className="code-full" label="关闭会员码" onTap={onClose}>
      <Picture svg={code.svg} isHuge />
      <Digits text={grouped(code.code)} />
      <View className="code-note">会员号 {code.memberNo}　点一下返回</View>
    </Tap>
  )
}

/** What one reads out when the scanner fails; long codes keep to one line on a narrow phone. */
export function Digits({ text }: { text: string }) {
  return <View className={`code-digits ${text.length > 20 ? 'is-long' : ''}`}>{text}</View>
}

/** A code drawn by the server as SVG. */
export function Picture({ svg, isHuge = false }: { svg: string; isHuge?: boolean }) {
  return (
    <Image
      className={`code-image ${isHuge ? 'is-huge' : ''}`}
      src={`data:image/svg+xml,${encodeURIComponent(svg)}`}
      mode="scaleToFill"
    />
  )
}

function useRotatingCode() {
  const [code, setCode] = useState<Code | null>(null)
  const [error, setError] = useState<string | null>(null)
  const [turn, setTurn] = useState(0)
  const isShown = useShown()

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` asks for the next code
  useEffect(() => {
    if (!isShown) return
    let timer: ReturnType<typeof setTimeout>
    let isGone = false
    const next = (ms: number) => {
      if (!isGone) timer = setTimeout(() => setTurn(was => was + 1), ms)
    }
    call('members.code', {})
      .then(fresh => {
        if (isGone) return
        setCode(fresh)
        setError(null)
        next(Math.max(2_000, new Date(fresh.expiresAt).getTime() - Date.now() - EARLY_MS))
      })
      .catch(thrown => {
        if (isGone) return
        const failure = failureOf(thrown)
        setError(failure.message)
        if (failure.isPassing) next(RETRY_MS)
      })
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [turn, isShown])

  return { code, error, reload: () => setTurn(was => was + 1) }
}

import { PictureOutlined } from '@ant-design/icons'
import { App, Button, Spin } from 'antd'
import { useRef, useState } from 'react'
import { answerOf, identityHeaders } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { t } from '../i18n.ts'

const BYTES_MAX = 2 * 1024 * 1024

/** Addresses of pictures of ours are made from their id. */
export const imageUrl = (imageId: number) => `/api/livecodes.image?id=${imageId}`

/** One picture, kept by id: JPG or PNG of at most 2 MB. */
export function ImageInput({ value, onChange }: { value?: number | null; onChange?: (value: number | null) => void }) {
  const { message } = App.useApp()
  const file = useRef<HTMLInputElement>(null)
  const [isBusy, setBusy] = useState(false)
  const upload = async (chosen: File | undefined) => {
    if (!chosen) return
    if (!['image/jpeg', 'image/png'].includes(chosen.type) || chosen.size > BYTES_MAX)
      return message.warning(t('请选择 JPG 或 PNG，不超过 2 MB', 'Choose a JPG or PNG of at most 2 MB'))
    setBusy(true)
    try {
      const response = await fetch('/api/livecodes.uploadImage', {
        method: 'POST',
        headers: { ...identityHeaders(), 'content-type': chosen.type },
        body: chosen,
      })
      const answer = (await answerOf(response)) as { imageId?: number; id?: number }
      onChange?.(answer.imageId ?? answer.id ?? null)
    } catch (error) {
      message.error(sentenceOf(error))
    } finally {
      setBusy(false)
      if (file.current) file.current.value = ''
    }
  }
  return (
    <Spin spinning={isBusy}>
      <div className="by-row">
        <input
          ref={file}
          type="file"
          accept="image/jpeg,image/png"
          style={{ display: 'none' }}
          onChange={event => void upload(event.target.files?.[0])}
        />
        {value ? (
          <>
            <img
              src={imageUrl(value)}
              alt=""
              style={{ width: 64, height: 64, objectFit: 'cover', borderRadius: 6, border: '1px solid var(--by-line)' }}
            />
            <Button size="small" onClick={() => file.current?.click()}>
              {t('换一张', 'Replace')}
            </Button>
            <Button size="small" type="text" onClick={() => onChange?.(null)}>
              {t('移除', 'Remove')}
            </Button>
          </>
        ) : (
          <Button icon={<PictureOutlined />} onClick={() => file.current?.click()}>
            {t('上传图片', 'Upload')}
          </Button>
        )}
      </div>
    </Spin>
  )
}

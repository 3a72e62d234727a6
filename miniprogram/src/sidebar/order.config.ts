export default definePageConfig({ navigationBarTitleText: '记消费' })

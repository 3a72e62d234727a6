/// <reference types="@tarojs/taro" />

declare module '*.scss'

/** Origin of the Banyan server, built into the mini-program; empty in H5, which asks its own origin. */
declare const API_ORIGIN: string

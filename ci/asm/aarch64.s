
atomic_load_relaxed:
	ldr	x0, [x0]
	ret

atomic_load_acquire:
	ldar	x0, [x0]
	ret

atomic_store_release:
	stlr	x1, [x0]
	ret

atomic_fetch_add_relaxed:
	mov	x8, x0
.LBB7_1:
	ldxr	x0, [x8]
	add	x9, x0, x1
	stxr	w10, x9, [x8]
	cbnz	w10, .LBB7_1
	ret

atomic_add:
.LBB8_1:
	ldxr	x8, [x0]
	add	x8, x8, x1
	stxr	w9, x8, [x0]
	cbnz	w9, .LBB8_1
	ret

atomic_add_fetch:
.LBB9_1:
	ldxr	x8, [x0]
	add	x8, x8, x1
	stxr	w9, x8, [x0]
	cbnz	w9, .LBB9_1
	mov	x0, x8
	ret

atomic_dec_and_test:
.LBB10_1:
	ldaxr	x8, [x0]
	subs	x8, x8, #1
	stlxr	w9, x8, [x0]
	cbnz	w9, .LBB10_1
	cset	w0, eq
	ret

atomic_compare_exchange:
.LBB11_1:
	ldaxr	x8, [x0]
	cmp	x8, x1
	b.ne	.LBB11_4
	stlxr	w8, x2, [x0]
	cbnz	w8, .LBB11_1
	mov	w0, #1
	ret
.LBB11_4:
	mov	w0, wzr
	clrex
	ret

atomic_bit_set:
	mov	w8, #1
	lsl	x8, x8, x1
.LBB12_1:
	ldxr	x9, [x0]
	orr	x10, x9, x8
	stxr	w11, x10, [x0]
	cbnz	w11, .LBB12_1
	tst	x9, x8
	cset	w0, ne
	ret

atomic_take:
.LBB13_1:
	ldaxr	x8, [x0]
	stlxr	w9, xzr, [x0]
	cbnz	w9, .LBB13_1
	mov	x0, x8
	ret

atomic_fence_acquire:
	dmb	ishld
	ret

atomic_fence_seq_cst:
	dmb	ish
	ret

counter_local_add:
	ldr	x8, [x0, #8]
	cbz	x8, .LBB16_2
	ldr	x9, [x8]
	add	x9, x9, x1
	str	x9, [x8]
	ret
.LBB16_2:
	ldr	x8, [x0]
.LBB16_3:
	ldxr	x9, [x8]
	add	x9, x9, x1
	stxr	w10, x9, [x8]
	cbnz	w10, .LBB16_3
	ret

counter_with_slot_add:
	ldr	w8, [x0, #264]
	cmp	w8, #2
	b.ne	.LBB17_2
.LBB17_1:
	ldr	x8, [x0, #256]
	add	x8, x8, x1
	str	x8, [x0, #256]
	ret
.LBB17_2:
	add	x8, x0, #264
	ldr	w9, [x8]
	cbnz	w9, .LBB17_7
	mov	w9, #2
.LBB17_4:
	ldaxr	w10, [x8]
	cbnz	w10, .LBB17_6
	stxr	w10, w9, [x8]
	cbnz	w10, .LBB17_4
	b	.LBB17_1
.LBB17_6:
	clrex
.LBB17_7:
	add	x8, x0, #768
.LBB17_8:
	ldxr	x9, [x8]
	add	x9, x9, x1
	stxr	w10, x9, [x8]
	cbnz	w10, .LBB17_8
	ret

counter_sum:
	ldr	x8, [x0]
	ldr	x9, [x0, #128]
	ldr	x10, [x0, #256]
	ldr	x11, [x0, #384]
	ldr	x12, [x0, #512]
	ldr	x13, [x0, #640]
	add	x8, x9, x8
	ldr	x14, [x0, #768]
	add	x9, x10, x11
	add	x10, x12, x13
	add	x8, x8, x9
	add	x9, x10, x14
	ldr	x10, [x0, #896]
	add	x8, x8, x9
	add	x0, x8, x10
	ret

counters_local_inc:
	ldr	x9, [x0, #8]
	and	x8, x1, #0xff
	cbz	x9, .LBB20_2
	ldr	x10, [x9, x8, lsl #3]
	add	x10, x10, #1
	str	x10, [x9, x8, lsl #3]
	ret
.LBB20_2:
	ldr	x9, [x0]
	add	x8, x9, x8, lsl #3
.LBB20_3:
	ldxr	x9, [x8]
	add	x9, x9, #1
	stxr	w10, x9, [x8]
	cbnz	w10, .LBB20_3
	ret

counters_with_slot_add:
	ldr	w8, [x0, #280]
	cmp	w8, #2
	b.ne	.LBB21_2
.LBB21_1:
	ldr	x8, [x0, #256]
	add	x8, x8, #1
	str	x8, [x0, #256]
	ldr	x8, [x0, #272]
	add	x8, x8, x1
	str	x8, [x0, #272]
	ret
.LBB21_2:
	add	x8, x0, #280
	ldr	w9, [x8]
	cbnz	w9, .LBB21_7
	mov	w9, #2
.LBB21_4:
	ldaxr	w10, [x8]
	cbnz	w10, .LBB21_6
	stxr	w10, w9, [x8]
	cbnz	w10, .LBB21_4
	b	.LBB21_1
.LBB21_6:
	clrex
.LBB21_7:
	add	x8, x0, #768
.LBB21_8:
	ldxr	x9, [x8]
	add	x9, x9, #1
	stxr	w10, x9, [x8]
	cbnz	w10, .LBB21_8
	add	x8, x0, #784
.LBB21_10:
	ldxr	x9, [x8]
	add	x9, x9, x1
	stxr	w10, x9, [x8]
	cbnz	w10, .LBB21_10
	ret

sequence_next:
	stp	x30, x19, [sp, #-16]!
.LBB22_1:
	ldxr	x1, [x0]
	add	x8, x1, #1
	stxr	w9, x8, [x0]
	cbnz	w9, .LBB22_1
	tbnz	x1, #63, .LBB22_4
	mov	w0, #1
	ldp	x30, x19, [sp], #16
	ret
.LBB22_4:
	mov	x19, x1
	bl	_ZN9latchfree8sequence8sequence8Sequence8saturateE
	mov	x1, x19
	mov	x0, xzr
	ldp	x30, x19, [sp], #16
	ret

lease_next:
	ldar	x1, [x0]
	mov	x8, x0
	mov	w0, #1
	b	.LBB23_2
.LBB23_1:
	clrex
	mov	x1, x9
	tbnz	wzr, #0, .LBB23_6
.LBB23_2:
	adds	x10, x1, #1
	b.hs	.LBB23_7
	add	x9, x8, #8
	ldar	x9, [x9]
	cmp	x9, x1
	b.ls	.LBB23_8
	ldaxr	x9, [x8]
	cmp	x9, x1
	b.ne	.LBB23_1
	stlxr	w11, x10, [x8]
	cmp	w11, #0
	csetm	w10, eq
	mov	x1, x9
	tbz	w10, #0, .LBB23_2
.LBB23_6:
	mov	x1, x9
	ret
.LBB23_7:
	mov	x0, xzr
	mov	x1, #-1
	ret
.LBB23_8:
	mov	x0, xzr
	ret

clock_tick:
	ldr	x10, [x0]
	b	.LBB24_2
.LBB24_1:
	clrex
	mov	x10, x8
	tbnz	wzr, #0, .LBB24_5
.LBB24_2:
	cmp	x1, x10
	csel	x9, x1, x10, hi
	tbnz	x9, #63, .LBB24_6
	ldxr	x8, [x0]
	cmp	x8, x10
	b.ne	.LBB24_1
	add	x10, x9, #1
	stxr	w11, x10, [x0]
	cmp	w11, #0
	csetm	w11, eq
	mov	x10, x8
	tbz	w11, #0, .LBB24_2
.LBB24_5:
	cmp	x8, x1
	csel	x8, x8, x1, hi
.LBB24_6:
	mvn	x9, x9
	mov	x1, x8
	lsr	x0, x9, #63
	ret

ids_acquire:
	ldarb	w8, [x0]
	cbnz	w8, .LBB25_6
	b	.LBB25_2
.LBB25_1:
	mov	w8, #1
	stlxrb	w9, w8, [x0]
	cbz	w9, .LBB25_4
.LBB25_2:
	ldaxrb	w8, [x0]
	cbz	w8, .LBB25_1
	mov	w8, wzr
	clrex
.LBB25_4:
	tbz	w8, #0, .LBB25_6
	mov	x1, xzr
	ret
.LBB25_6:
	add	x8, x0, #1
	ldarb	w9, [x8]
	cbnz	w9, .LBB25_12
	b	.LBB25_8
.LBB25_7:
	mov	w9, #1
	stlxrb	w10, w9, [x8]
	cbz	w10, .LBB25_10
.LBB25_8:
	ldaxrb	w9, [x8]
	cbz	w9, .LBB25_7
	mov	w9, wzr
	clrex
.LBB25_10:
	tbz	w9, #0, .LBB25_12
	mov	w1, #1
	mov	x0, x8
	ret
.LBB25_12:
	add	x8, x0, #2
	ldarb	w9, [x8]
	cbnz	w9, .LBB25_18
	b	.LBB25_14
.LBB25_13:
	mov	w9, #1
	stlxrb	w10, w9, [x8]
	cbz	w10, .LBB25_16
.LBB25_14:
	ldaxrb	w9, [x8]
	cbz	w9, .LBB25_13
	mov	w9, wzr
	clrex
.LBB25_16:
	tbz	w9, #0, .LBB25_18
	mov	w1, #2
	mov	x0, x8
	ret
.LBB25_18:
	add	x0, x0, #3
	ldarb	w8, [x0]
	cbnz	w8, .LBB25_24
	b	.LBB25_20
.LBB25_19:
	mov	w8, #1
	stlxrb	w9, w8, [x0]
	cbz	w9, .LBB25_22
.LBB25_20:
	ldaxrb	w8, [x0]
	cbz	w8, .LBB25_19
	mov	w8, wzr
	clrex
.LBB25_22:
	tbz	w8, #0, .LBB25_24
	mov	w1, #3
	ret
.LBB25_24:
	mov	x0, xzr
	mov	w1, #4
	ret

log_append:
	sub	sp, sp, #112
	stp	x20, x19, [sp, #96]
	ldr	x19, [x0]
	stp	x22, x21, [sp, #80]
	ldr	x21, [x19, #768]
	ldr	x20, [x19, #776]
	str	x30, [sp, #16]
	stp	x28, x27, [sp, #32]
	cmp	x21, #64
	stp	x26, x25, [sp, #48]
	ccmp	x20, #0, #4, hs
	stp	x24, x23, [sp, #64]
	b.eq	.LBB26_13
	add	x22, x19, #256
	ldar	x9, [x22]
	tbnz	x9, #63, .LBB26_13
	mov	w23, wzr
	mov	w24, #64
	mov	w25, #1
	mov	x26, #137438953472
.LBB26_3:
	mov	x8, x9
.LBB26_4:
	ldr	x9, [x19, #384]
	ldr	x11, [x19, #392]
	lsr	x10, x8, #37
	sub	x9, x8, x9
	sub	w11, w10, w11
	and	x9, x9, #0x1fffffffff
	and	x11, x11, #0x3ffffff
	add	x9, x9, #64
	cmp	x9, x21
	ccmp	x11, x20, #2, ls
	b.lo	.LBB26_7
	mov	x27, x1
	mov	x28, x0
	mov	x8, sp
	mov	x0, x19
	mov	w1, #64
	mov	w2, #1
	bl	_ZN9latchfree3log4core4Core14tail_with_roomE
	ldrb	w8, [sp]
	tbnz	w8, #0, .LBB26_13
	ldr	x8, [sp, #8]
	mov	x0, x28
	mov	x1, x27
	tbz	x8, #63, .LBB26_4
	b	.LBB26_13
.LBB26_7:
	ldaxr	x9, [x22]
	cmp	x9, x8
	b.ne	.LBB26_9
	add	x11, x8, x26
	add	x12, x8, #64
	and	x11, x11, #0x7fffffe000000000
	bfxil	x11, x12, #0, #37
	stlxr	w12, x11, [x22]
	cmp	w12, #0
	csetm	w11, eq
	tbz	w11, #0, .LBB26_10
	b	.LBB26_15
.LBB26_9:
	clrex
	tbnz	wzr, #0, .LBB26_15
.LBB26_10:
	lsl	w8, w25, w23
	cmp	w23, #6
	csel	w8, w24, w8, hi
.LBB26_11:
	isb
	subs	w8, w8, #1
	b.ne	.LBB26_11
	cmp	w23, #7
	cinc	w23, w23, lo
	tbz	x9, #63, .LBB26_3
.LBB26_13:
	mov	x0, xzr
.LBB26_14:
	ldp	x20, x19, [sp, #96]
	ldr	x30, [sp, #16]
	ldp	x22, x21, [sp, #80]
	ldp	x24, x23, [sp, #64]
	ldp	x26, x25, [sp, #48]
	ldp	x28, x27, [sp, #32]
	add	sp, sp, #112
	ret
.LBB26_15:
	add	x9, x19, #384
	add	x12, x19, #392
	ldar	x9, [x9]
	ldar	x12, [x12]
	sub	x11, x8, x9
	and	x11, x11, #0x1fffffffff
	add	x13, x11, #64
	cmp	x13, x21
	b.hi	.LBB26_23
	sub	w10, w10, w12
	and	x10, x10, #0x3ffffff
	cmp	x10, x20
	b.hs	.LBB26_23
	add	x19, x11, x9
	add	x20, x10, x12
.LBB26_18:
	ldp	x21, x9, [x0, #24]
	mov	x25, x0
	sub	x8, x9, #1
	and	x8, x8, x19
	sub	x22, x9, x8
	cmp	x22, #64
	b.hs	.LBB26_20
	mov	w9, #64
	add	x0, x21, x8
	mov	x2, x22
	sub	x23, x9, x22
	mov	x24, x1
	bl	memcpy
	add	x1, x24, x22
	mov	x0, x21
	mov	x2, x23
	b	.LBB26_21
.LBB26_20:
	add	x0, x21, x8
	mov	w2, #64
.LBB26_21:
	bl	memcpy
	ldp	x9, x8, [x25, #8]
	mov	x10, #64
	movk	x10, #16, lsl #32
	orr	x10, x10, x20, lsl #38
	sub	x8, x8, #1
	and	x8, x8, x20
	add	x9, x9, x8, lsl #3
	ldr	x8, [x25]
	stlr	x10, [x9]
	dmb	ish
	ldr	x1, [x8, #528]
	cmp	x1, x20
	b.eq	.LBB26_24
.LBB26_22:
	add	x1, x19, #64
	mov	w0, #1
	b	.LBB26_14
.LBB26_23:
	mov	x20, x0
	mov	x0, x19
	mov	x21, x1
	mov	x1, x8
	mov	w2, #64
	mov	w3, #1
	bl	_ZN9latchfree3log4core4Core16wait_until_freedE
	mov	x19, x0
	mov	x0, x20
	mov	x20, x1
	mov	x1, x21
	b	.LBB26_18
.LBB26_24:
	add	x0, x8, #512
	bl	_ZN9latchfree3log7parking7Parking4wakeE
	b	.LBB26_22

log_try_batch:
	sub	sp, sp, #96
	mov	x8, sp
	str	x30, [sp, #80]
	bl	_ZN9latchfree3log7flusher7Flusher9try_batchE
	ldr	x8, [sp]
	ldr	x9, [sp, #64]
	ldr	x30, [sp, #80]
	cmp	x8, #0
	csel	x0, xzr, x9, eq
	add	sp, sp, #96
	ret

log_release:
	b	_ZN9latchfree3log5batch5Batch7releaseE

ring_try_send:
	str	x30, [sp, #-16]!
	ldr	x8, [x0]
	ldr	x9, [x8, #1024]
	tbnz	w9, #0, .LBB29_13
	mov	w10, wzr
	add	x11, x8, #1024
	mov	w12, #1
	mov	w13, #64
.LBB29_2:
	add	x15, x8, #1032
	and	x14, x9, #0xfffffffffffffffc
	ldar	x16, [x15]
	and	x16, x16, #0xfffffffffffffffc
	sub	x16, x16, x14
	asr	x17, x16, #2
	cmp	x16, #3
	csel	x17, x17, xzr, gt
	cbnz	x17, .LBB29_6
	add	x16, x8, #1152
	ldar	x17, [x16]
	and	x17, x17, #0xfffffffffffffffc
	add	x18, x17, #256
	sub	x17, x18, x14
	stlr	x18, [x15]
	asr	x0, x17, #2
	cmp	x17, #3
	csel	x17, x0, xzr, gt
	cbnz	x17, .LBB29_6
	dmb	ish
	add	x17, x8, #1032
	ldar	x15, [x16]
	and	x15, x15, #0xfffffffffffffffc
	add	x16, x15, #256
	sub	x15, x16, x14
	stlr	x16, [x17]
	cmp	x15, #4
	b.lt	.LBB29_14
	lsr	x17, x15, #2
.LBB29_6:
	cbz	x17, .LBB29_14
	ldxr	x15, [x11]
	cmp	x15, x9
	b.ne	.LBB29_9
	add	x16, x14, #4
	stxr	w17, x16, [x11]
	cmp	w17, #0
	csetm	w16, eq
	tbz	w16, #0, .LBB29_10
	b	.LBB29_15
.LBB29_9:
	clrex
	tbnz	wzr, #0, .LBB29_15
.LBB29_10:
	lsl	w14, w12, w10
	cmp	w10, #6
	mov	x9, x15
	csel	w14, w13, w14, hi
.LBB29_11:
	isb
	subs	w14, w14, #1
	b.ne	.LBB29_11
	cmp	w10, #7
	cinc	w10, w10, lo
	tbz	w9, #0, .LBB29_2
.LBB29_13:
	mov	w0, wzr
	dmb	ishld
	ldr	x30, [sp], #16
	ret
.LBB29_14:
	mov	w0, wzr
	ldr	x30, [sp], #16
	ret
.LBB29_15:
	tbnz	w9, #1, .LBB29_18
	ubfx	x10, x9, #2, #6
	orr	x9, x9, #0x1
	add	x8, x8, x10, lsl #4
	str	x1, [x8, #8]
	stlr	x9, [x8]
.LBB29_17:
	mov	w0, #1
	ldr	x30, [sp], #16
	ret
.LBB29_18:
	ubfx	x9, x9, #2, #6
	dmb	ishld
	orr	x11, x14, #0x1
	ldr	x0, [x8, #1288]
	add	x10, x8, x9, lsl #4
	ldr	x9, [x8, #1280]
	str	xzr, [x8, #1280]
	str	x1, [x10, #8]
	stlr	x11, [x10]
	cbz	x9, .LBB29_17
	ldr	x8, [x9, #8]
	blr	x8
	mov	w0, #1
	ldr	x30, [sp], #16
	ret

ring_try_recv:
	sub	sp, sp, #32
	ldr	x8, [x0]
	str	x30, [sp, #16]
	cbz	x8, .LBB30_2
	ldr	x1, [x0, #8]
	str	xzr, [x0]
	ldp	x9, x8, [x0, #24]
	cmp	x8, x9
	b.eq	.LBB30_7
	b	.LBB30_11
.LBB30_2:
	ldr	x8, [x0, #24]
.LBB30_3:
	ldr	x9, [x0, #16]
	ubfx	x10, x8, #2, #6
	add	x9, x9, x10, lsl #4
	ldar	x9, [x9]
	eor	x8, x9, x8
	cmp	x8, #1
	b.eq	.LBB30_6
	cmp	x8, #2
	b.ne	.LBB30_8
	ldr	x8, [x0, #24]
	strb	wzr, [x0, #40]
	add	x8, x8, #4
	str	x8, [x0, #24]
	b	.LBB30_3
.LBB30_6:
	ldp	x9, x8, [x0, #16]
	strb	wzr, [x0, #40]
	ubfx	x10, x8, #2, #6
	add	x8, x8, #4
	str	x8, [x0, #24]
	add	x9, x9, x10, lsl #4
	ldr	x1, [x9, #8]
	ldp	x9, x8, [x0, #24]
	cmp	x8, x9
	b.ne	.LBB30_11
.LBB30_7:
	mov	w0, #1
	ldr	x30, [sp, #16]
	add	sp, sp, #32
	ret
.LBB30_8:
	mov	x1, x0
	mov	x0, sp
	str	x1, [sp, #24]
	bl	_ZN9latchfree4mpsc8consumer17Consumer$LT$S$GT$15next_value_slowE
	ldrb	w8, [sp]
	tbz	w8, #0, .LBB30_10
	mov	x0, xzr
	ldr	x30, [sp, #16]
	add	sp, sp, #32
	ret
.LBB30_10:
	ldr	x1, [sp, #8]
	ldr	x0, [sp, #24]
	ldp	x9, x8, [x0, #24]
	cmp	x8, x9
	b.eq	.LBB30_7
.LBB30_11:
	ldr	x8, [x0, #16]
	str	x9, [x0, #32]
	add	x10, x8, #1152
	stlr	x9, [x10]
	dmb	ish
	ldr	x9, [x8, #1296]
	cmn	x9, #1
	b.ne	.LBB30_13
	mov	w0, #1
	ldr	x30, [sp, #16]
	add	sp, sp, #32
	ret
.LBB30_13:
	mov	x0, x8
	str	x1, [sp, #24]
	bl	_ZN9latchfree4wait5queue9WaitQueue11notify_slowE
	ldp	x30, x1, [sp, #16]
	mov	w0, #1
	add	sp, sp, #32
	ret

ref_count_inc:
.LBB31_1:
	ldxr	w8, [x0]
	add	w9, w8, #1
	stxr	w10, w9, [x0]
	cbnz	w10, .LBB31_1
	mov	w9, #-2147483647
	add	w8, w8, w9
	cmp	w8, w9
	b.ls	.LBB31_4
	ret
.LBB31_4:
	b	_ZN9latchfree8refcount9ref_count8RefCount8saturateE

ref_count_dec:
	str	x30, [sp, #-16]!
.LBB32_1:
	ldxr	w8, [x0]
	subs	w9, w8, #1
	stlxr	w10, w9, [x0]
	cbnz	w10, .LBB32_1
	b.ne	.LBB32_4
	dmb	ishld
	mov	w0, #1
	ldr	x30, [sp], #16
	ret
.LBB32_4:
	cbz	w8, .LBB32_7
	tbnz	w8, #31, .LBB32_7
	mov	w0, wzr
	ldr	x30, [sp], #16
	ret
.LBB32_7:
	bl	_ZN9latchfree8refcount9ref_count8RefCount8saturateE
	mov	w0, wzr
	ldr	x30, [sp], #16
	ret

gate_enter:
	stp	x30, x19, [sp, #-16]!
	mov	x8, #4294967296
	add	x9, x0, #48
.LBB33_1:
	ldxr	x1, [x9]
	add	x10, x1, x8
	stxr	w11, x10, [x9]
	cbnz	w11, .LBB33_1
	mov	x8, #2147483648
	movk	x8, #57344, lsl #48
	tst	x1, x8
	b.ne	.LBB33_4
.LBB33_3:
	ldp	x30, x19, [sp], #16
	ret
.LBB33_4:
	mov	x19, x0
	bl	_ZN9latchfree8refcount4gate4Gate16count_entry_slowE
	mov	w8, w0
	mov	x0, x19
	tbz	w8, #0, .LBB33_3
	mov	x0, xzr
	ldp	x30, x19, [sp], #16
	ret

gate_leave:
	mov	x8, #-4294967296
	add	x9, x0, #48
.LBB34_1:
	ldxr	x1, [x9]
	add	x10, x1, x8
	stlxr	w11, x10, [x9]
	cbnz	w11, .LBB34_1
	tbnz	w1, #31, .LBB34_4
	ret
.LBB34_4:
	b	_ZN9latchfree8refcount4gate4Gate12leave_closedE

reader_pin:
	ldr	x9, [x0]
	ldar	x10, [x1]
	stlr	x10, [x9]
	dmb	ish
	ldar	x11, [x1]
	cmp	x11, x10
	b.ls	.LBB35_2
	mov	x10, x11
	stlr	x11, [x9]
.LBB35_2:
	str	x30, [sp, #-16]!
	add	x0, x8, #17
	add	x1, sp, #8
	mov	w2, #7
	stp	x9, x10, [x8]
	strb	wzr, [x8, #16]
	bl	memcpy
	ldr	x30, [sp], #16
	ret

pinned_advance:
	ldar	x9, [x1]
	ldr	x8, [x0, #8]
	cmp	x9, x8
	b.ls	.LBB36_2
	ldr	x8, [x0]
	str	x9, [x0, #8]
	stlr	x9, [x8]
	mov	x8, x9
.LBB36_2:
	mov	x0, x8
	ret

pins_oldest:
	dmb	ish
	ldr	x8, [x0]
	ldr	x9, [x0, #128]
	ldr	x10, [x0, #256]
	ldr	x11, [x0, #384]
	dmb	ishld
	cmp	x1, x8
	csel	x8, x1, x8, lo
	cmp	x8, x9
	csel	x8, x8, x9, lo
	cmp	x8, x10
	csel	x8, x8, x10, lo
	cmp	x8, x11
	csel	x0, x8, x11, lo
	ret

seqlock_try_read:
	ldar	x9, [x0]
	tbnz	w9, #0, .LBB38_3
	ldr	x11, [x0, #8]
	ldr	x12, [x0, #16]
	ldr	x13, [x0, #24]
	ldr	x10, [x0, #32]
	dmb	ishld
	ldr	x14, [x0]
	cmp	x14, x9
	b.ne	.LBB38_3
	mov	w9, #1
	stp	x11, x12, [x8, #8]
	stp	x13, x10, [x8, #24]
	str	x9, [x8]
	ret
.LBB38_3:
	str	xzr, [x8]
	ret

seqlock_try_write:
	ldr	x8, [x0]
	tbnz	w8, #0, .LBB39_5
	orr	x9, x8, #0x1
.LBB39_2:
	ldaxr	x10, [x0]
	cmp	x10, x8
	b.ne	.LBB39_6
	stxr	w10, x9, [x0]
	cbnz	w10, .LBB39_2
	dmb	ish
	add	x8, x8, #2
	ldp	x9, x10, [x1]
	ldp	x11, x12, [x1, #16]
	str	x9, [x0, #8]
	str	x10, [x0, #16]
	str	x11, [x0, #24]
	str	x12, [x0, #32]
	stlr	x8, [x0]
	mov	w0, #1
	ret
.LBB39_5:
	mov	w0, wzr
	ret
.LBB39_6:
	mov	w0, wzr
	clrex
	ret

seqcell_write:
	ldr	x8, [x0]
	ldr	x9, [x8]
	orr	x9, x9, #0x1
	stlr	x9, [x8]
	add	x9, x9, #1
	dmb	ish
	ldp	x10, x11, [x1]
	ldp	x12, x13, [x1, #16]
	str	x10, [x8, #8]
	str	x11, [x8, #16]
	str	x12, [x8, #24]
	str	x13, [x8, #32]
	stlr	x9, [x8]
	ret

seqlatch_read:
	ldar	x14, [x0]
	add	x9, x0, #8
	and	x10, x14, #0x1
	add	x13, x9, x10, lsl #5
	ldr	x10, [x13]
	ldr	x11, [x13, #8]
	ldr	x12, [x13, #16]
	ldr	x13, [x13, #24]
	dmb	ishld
	ldr	x15, [x0]
	cmp	x15, x14
	b.eq	.LBB41_5
	mov	w14, wzr
	mov	w15, #1
	mov	w16, #64
.LBB41_2:
	lsl	w10, w15, w14
	cmp	w14, #6
	csel	w10, w16, w10, hi
.LBB41_3:
	isb
	subs	w10, w10, #1
	b.ne	.LBB41_3
	ldar	x17, [x0]
	cmp	w14, #7
	cinc	w14, w14, lo
	and	x10, x17, #0x1
	add	x13, x9, x10, lsl #5
	ldr	x10, [x13]
	ldr	x11, [x13, #8]
	ldr	x12, [x13, #16]
	ldr	x13, [x13, #24]
	dmb	ishld
	ldr	x18, [x0]
	cmp	x18, x17
	b.ne	.LBB41_2
.LBB41_5:
	stp	x10, x11, [x8]
	stp	x12, x13, [x8, #16]
	ret

watermark_get:
	ldar	x0, [x0]
	ret

watermark_advance_to:
	ldr	x8, [x0]
	cmp	x8, x1
	b.hs	.LBB43_6
	str	x30, [sp, #-16]!
.LBB43_2:
	ldxr	x8, [x0]
	cmp	x8, x1
	csel	x9, x8, x1, hi
	stlxr	w10, x9, [x0]
	cbnz	w10, .LBB43_2
	cmp	x8, x1
	b.hs	.LBB43_7
	dmb	ish
	ldr	x8, [x0, #128]
	cmp	x8, x1
	b.ls	.LBB43_8
	mov	w0, #1
	ldr	x30, [sp], #16
	ret
.LBB43_6:
	mov	w0, wzr
	ret
.LBB43_7:
	mov	w0, wzr
	ldr	x30, [sp], #16
	ret
.LBB43_8:
	bl	_ZN9latchfree4wait5queue9WaitQueue11notify_slowE
	mov	w0, #1
	ldr	x30, [sp], #16
	ret

frontier_try_complete:
	stp	x30, x19, [sp, #-16]!
	adds	x9, x1, #1
	b.lo	.LBB44_3
	add	x8, x0, #2, lsl #12
	ldar	x1, [x8]
.LBB44_2:
	mov	w0, #1
	ldp	x30, x19, [sp], #16
	ret
.LBB44_3:
	subs	x8, x9, x1
	csel	x8, xzr, x8, lo
	cmp	x8, #1024
	b.hi	.LBB44_5
	ldr	x8, [x0, #8192]
	subs	x10, x9, #1024
	csel	x10, xzr, x10, lo
	cmp	x8, x10
	b.hs	.LBB44_6
.LBB44_5:
	mov	x0, xzr
	ldp	x30, x19, [sp], #16
	ret
.LBB44_6:
	and	x8, x1, #0x3ff
	add	x10, x0, x8, lsl #3
	add	x8, x0, #2, lsl #12
.LBB44_7:
	ldxr	x11, [x10]
	cmp	x11, x9
	csel	x11, x11, x9, hi
	stlxr	w12, x11, [x10]
	cbnz	w12, .LBB44_7
	dmb	ish
	ldar	x1, [x8]
	adds	x9, x1, #1024
	csinv	x9, x9, xzr, lo
	cmp	x1, x9
	b.hs	.LBB44_2
	mov	w10, wzr
	b	.LBB44_12
.LBB44_10:
	mov	w12, wzr
	cmp	x19, x1
	orr	w10, w10, w12
	cset	w13, eq
	orr	w13, w13, w12
	and	w11, w11, w13
	tbnz	w11, #0, .LBB44_21
.LBB44_11:
	ldar	x1, [x8]
	cmp	x1, x9
	mov	x19, x1
	b.hs	.LBB44_21
.LBB44_12:
	mov	x11, x1
.LBB44_13:
	mov	x19, x11
	sub	x11, x11, x1
	cmp	x11, #64
	b.hi	.LBB44_16
	and	x11, x19, #0x3ff
	add	x11, x0, x11, lsl #3
	ldar	x11, [x11]
	subs	x12, x11, x19
	b.ls	.LBB44_17
	cmp	x12, #1025
	b.lo	.LBB44_13
.LBB44_16:
	mov	w11, wzr
	cmp	x19, x1
	b.ls	.LBB44_10
	b	.LBB44_18
.LBB44_17:
	mov	w11, #1
	cmp	x19, x1
	b.ls	.LBB44_10
.LBB44_18:
	ldr	x12, [x8]
	cmp	x12, x19
	b.hs	.LBB44_10
.LBB44_19:
	ldxr	x12, [x8]
	cmp	x12, x19
	csel	x12, x12, x19, hi
	stlxr	w13, x12, [x8]
	cbnz	w13, .LBB44_19
	cset	w12, lo
	cmp	x19, x1
	orr	w10, w10, w12
	cset	w13, eq
	orr	w13, w13, w12
	and	w11, w11, w13
	tbz	w11, #0, .LBB44_11
.LBB44_21:
	tbz	w10, #0, .LBB44_23
	dmb	ish
	ldr	x9, [x0, #8320]
	cmp	x9, x19
	b.ls	.LBB44_24
.LBB44_23:
	mov	w0, #1
	mov	x1, x19
	ldp	x30, x19, [sp], #16
	ret
.LBB44_24:
	mov	x0, x8
	bl	_ZN9latchfree4wait5queue9WaitQueue11notify_slowE
	mov	w0, #1
	mov	x1, x19
	ldp	x30, x19, [sp], #16
	ret

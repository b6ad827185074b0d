
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
.LBB14_1:
	ldxr	x0, [x8]
	add	x9, x0, x1
	stxr	w10, x9, [x8]
	cbnz	w10, .LBB14_1
	ret

atomic_add:
.LBB15_1:
	ldxr	x8, [x0]
	add	x8, x8, x1
	stxr	w9, x8, [x0]
	cbnz	w9, .LBB15_1
	ret

atomic_add_fetch:
.LBB16_1:
	ldxr	x8, [x0]
	add	x8, x8, x1
	stxr	w9, x8, [x0]
	cbnz	w9, .LBB16_1
	mov	x0, x8
	ret

atomic_dec_and_test:
.LBB17_1:
	ldaxr	x8, [x0]
	subs	x8, x8, #1
	stlxr	w9, x8, [x0]
	cbnz	w9, .LBB17_1
	cset	w0, eq
	ret

atomic_compare_exchange:
.LBB18_1:
	ldaxr	x8, [x0]
	cmp	x8, x1
	b.ne	.LBB18_4
	stlxr	w8, x2, [x0]
	cbnz	w8, .LBB18_1
	mov	w0, #1
	ret
.LBB18_4:
	mov	w0, wzr
	clrex
	ret

atomic_bit_set:
	mov	w8, #1
	lsl	x8, x8, x1
.LBB19_1:
	ldxr	x9, [x0]
	orr	x10, x9, x8
	stxr	w11, x10, [x0]
	cbnz	w11, .LBB19_1
	tst	x9, x8
	cset	w0, ne
	ret

atomic_take:
.LBB20_1:
	ldaxr	x8, [x0]
	stlxr	w9, xzr, [x0]
	cbnz	w9, .LBB20_1
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
	cbz	x8, .LBB23_2
	ldr	x9, [x8]
	add	x9, x9, x1
	str	x9, [x8]
	ret
.LBB23_2:
	ldr	x8, [x0]
.LBB23_3:
	ldxr	x9, [x8]
	add	x9, x9, x1
	stxr	w10, x9, [x8]
	cbnz	w10, .LBB23_3
	ret

counter_with_slot_add:
	ldr	w8, [x0, #264]
	cmp	w8, #2
	b.ne	.LBB24_2
.LBB24_1:
	ldr	x8, [x0, #256]
	add	x8, x8, x1
	str	x8, [x0, #256]
	ret
.LBB24_2:
	add	x8, x0, #264
	ldr	w9, [x8]
	cbnz	w9, .LBB24_7
	mov	w9, #2
.LBB24_4:
	ldaxr	w10, [x8]
	cbnz	w10, .LBB24_6
	stxr	w10, w9, [x8]
	cbnz	w10, .LBB24_4
	b	.LBB24_1
.LBB24_6:
	clrex
.LBB24_7:
	add	x8, x0, #768
.LBB24_8:
	ldxr	x9, [x8]
	add	x9, x9, x1
	stxr	w10, x9, [x8]
	cbnz	w10, .LBB24_8
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
	cbz	x9, .LBB27_2
	ldr	x10, [x9, x8, lsl #3]
	add	x10, x10, #1
	str	x10, [x9, x8, lsl #3]
	ret
.LBB27_2:
	ldr	x9, [x0]
	add	x8, x9, x8, lsl #3
.LBB27_3:
	ldxr	x9, [x8]
	add	x9, x9, #1
	stxr	w10, x9, [x8]
	cbnz	w10, .LBB27_3
	ret

counters_with_slot_add:
	ldr	w8, [x0, #280]
	cmp	w8, #2
	b.ne	.LBB28_2
.LBB28_1:
	ldr	x8, [x0, #256]
	add	x8, x8, #1
	str	x8, [x0, #256]
	ldr	x8, [x0, #272]
	add	x8, x8, x1
	str	x8, [x0, #272]
	ret
.LBB28_2:
	add	x8, x0, #280
	ldr	w9, [x8]
	cbnz	w9, .LBB28_7
	mov	w9, #2
.LBB28_4:
	ldaxr	w10, [x8]
	cbnz	w10, .LBB28_6
	stxr	w10, w9, [x8]
	cbnz	w10, .LBB28_4
	b	.LBB28_1
.LBB28_6:
	clrex
.LBB28_7:
	add	x8, x0, #768
.LBB28_8:
	ldxr	x9, [x8]
	add	x9, x9, #1
	stxr	w10, x9, [x8]
	cbnz	w10, .LBB28_8
	add	x8, x0, #784
.LBB28_10:
	ldxr	x9, [x8]
	add	x9, x9, x1
	stxr	w10, x9, [x8]
	cbnz	w10, .LBB28_10
	ret

sequence_next:
	stp	x30, x19, [sp, #-16]!
.LBB29_1:
	ldxr	x1, [x0]
	add	x8, x1, #1
	stxr	w9, x8, [x0]
	cbnz	w9, .LBB29_1
	tbnz	x1, #63, .LBB29_4
	mov	w0, #1
	ldp	x30, x19, [sp], #16
	ret
.LBB29_4:
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
	b	.LBB30_2
.LBB30_1:
	clrex
	mov	x1, x9
	tbnz	wzr, #0, .LBB30_6
.LBB30_2:
	adds	x10, x1, #1
	b.hs	.LBB30_7
	add	x9, x8, #8
	ldar	x9, [x9]
	cmp	x9, x1
	b.ls	.LBB30_8
	ldaxr	x9, [x8]
	cmp	x9, x1
	b.ne	.LBB30_1
	stlxr	w11, x10, [x8]
	cmp	w11, #0
	csetm	w10, eq
	mov	x1, x9
	tbz	w10, #0, .LBB30_2
.LBB30_6:
	mov	x1, x9
	ret
.LBB30_7:
	mov	x0, xzr
	mov	x1, #-1
	ret
.LBB30_8:
	mov	x0, xzr
	ret

clock_tick:
	ldr	x10, [x0]
	b	.LBB31_2
.LBB31_1:
	clrex
	mov	x10, x8
	tbnz	wzr, #0, .LBB31_5
.LBB31_2:
	cmp	x1, x10
	csel	x9, x1, x10, hi
	tbnz	x9, #63, .LBB31_6
	ldxr	x8, [x0]
	cmp	x8, x10
	b.ne	.LBB31_1
	add	x10, x9, #1
	stxr	w11, x10, [x0]
	cmp	w11, #0
	csetm	w11, eq
	mov	x10, x8
	tbz	w11, #0, .LBB31_2
.LBB31_5:
	cmp	x8, x1
	csel	x8, x8, x1, hi
.LBB31_6:
	mvn	x9, x9
	mov	x1, x8
	lsr	x0, x9, #63
	ret

ids_acquire:
	ldarb	w8, [x0]
	cbnz	w8, .LBB32_6
	b	.LBB32_2
.LBB32_1:
	mov	w8, #1
	stlxrb	w9, w8, [x0]
	cbz	w9, .LBB32_4
.LBB32_2:
	ldaxrb	w8, [x0]
	cbz	w8, .LBB32_1
	mov	w8, wzr
	clrex
.LBB32_4:
	tbz	w8, #0, .LBB32_6
	mov	x1, xzr
	ret
.LBB32_6:
	add	x8, x0, #1
	ldarb	w9, [x8]
	cbnz	w9, .LBB32_12
	b	.LBB32_8
.LBB32_7:
	mov	w9, #1
	stlxrb	w10, w9, [x8]
	cbz	w10, .LBB32_10
.LBB32_8:
	ldaxrb	w9, [x8]
	cbz	w9, .LBB32_7
	mov	w9, wzr
	clrex
.LBB32_10:
	tbz	w9, #0, .LBB32_12
	mov	w1, #1
	mov	x0, x8
	ret
.LBB32_12:
	add	x8, x0, #2
	ldarb	w9, [x8]
	cbnz	w9, .LBB32_18
	b	.LBB32_14
.LBB32_13:
	mov	w9, #1
	stlxrb	w10, w9, [x8]
	cbz	w10, .LBB32_16
.LBB32_14:
	ldaxrb	w9, [x8]
	cbz	w9, .LBB32_13
	mov	w9, wzr
	clrex
.LBB32_16:
	tbz	w9, #0, .LBB32_18
	mov	w1, #2
	mov	x0, x8
	ret
.LBB32_18:
	add	x0, x0, #3
	ldarb	w8, [x0]
	cbnz	w8, .LBB32_24
	b	.LBB32_20
.LBB32_19:
	mov	w8, #1
	stlxrb	w9, w8, [x0]
	cbz	w9, .LBB32_22
.LBB32_20:
	ldaxrb	w8, [x0]
	cbz	w8, .LBB32_19
	mov	w8, wzr
	clrex
.LBB32_22:
	tbz	w8, #0, .LBB32_24
	mov	w1, #3
	ret
.LBB32_24:
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
	b.eq	.LBB33_13
	add	x22, x19, #256
	ldar	x9, [x22]
	tbnz	x9, #63, .LBB33_13
	mov	w23, wzr
	mov	w24, #64
	mov	w25, #1
	mov	x26, #137438953472
.LBB33_3:
	mov	x8, x9
.LBB33_4:
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
	b.lo	.LBB33_7
	mov	x27, x1
	mov	x28, x0
	mov	x8, sp
	mov	x0, x19
	mov	w1, #64
	mov	w2, #1
	bl	_ZN9latchfree3log4core4Core14tail_with_roomE
	ldrb	w8, [sp]
	tbnz	w8, #0, .LBB33_13
	ldr	x8, [sp, #8]
	mov	x0, x28
	mov	x1, x27
	tbz	x8, #63, .LBB33_4
	b	.LBB33_13
.LBB33_7:
	ldaxr	x9, [x22]
	cmp	x9, x8
	b.ne	.LBB33_9
	add	x11, x8, x26
	add	x12, x8, #64
	and	x11, x11, #0x7fffffe000000000
	bfxil	x11, x12, #0, #37
	stlxr	w12, x11, [x22]
	cmp	w12, #0
	csetm	w11, eq
	tbz	w11, #0, .LBB33_10
	b	.LBB33_15
.LBB33_9:
	clrex
	tbnz	wzr, #0, .LBB33_15
.LBB33_10:
	lsl	w8, w25, w23
	cmp	w23, #6
	csel	w8, w24, w8, hi
.LBB33_11:
	isb
	subs	w8, w8, #1
	b.ne	.LBB33_11
	cmp	w23, #7
	cinc	w23, w23, lo
	tbz	x9, #63, .LBB33_3
.LBB33_13:
	mov	x0, xzr
.LBB33_14:
	ldp	x20, x19, [sp, #96]
	ldr	x30, [sp, #16]
	ldp	x22, x21, [sp, #80]
	ldp	x24, x23, [sp, #64]
	ldp	x26, x25, [sp, #48]
	ldp	x28, x27, [sp, #32]
	add	sp, sp, #112
	ret
.LBB33_15:
	add	x9, x19, #384
	add	x12, x19, #392
	ldar	x9, [x9]
	ldar	x12, [x12]
	sub	x11, x8, x9
	and	x11, x11, #0x1fffffffff
	add	x13, x11, #64
	cmp	x13, x21
	b.hi	.LBB33_23
	sub	w10, w10, w12
	and	x10, x10, #0x3ffffff
	cmp	x10, x20
	b.hs	.LBB33_23
	add	x19, x11, x9
	add	x20, x10, x12
.LBB33_18:
	ldp	x21, x9, [x0, #24]
	mov	x25, x0
	sub	x8, x9, #1
	and	x8, x8, x19
	sub	x22, x9, x8
	cmp	x22, #64
	b.hs	.LBB33_20
	mov	w9, #64
	add	x0, x21, x8
	mov	x2, x22
	sub	x23, x9, x22
	mov	x24, x1
	bl	memcpy
	add	x1, x24, x22
	mov	x0, x21
	mov	x2, x23
	b	.LBB33_21
.LBB33_20:
	add	x0, x21, x8
	mov	w2, #64
.LBB33_21:
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
	b.eq	.LBB33_24
.LBB33_22:
	add	x1, x19, #64
	mov	w0, #1
	b	.LBB33_14
.LBB33_23:
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
	b	.LBB33_18
.LBB33_24:
	add	x0, x8, #512
	bl	_ZN9latchfree3log7parking7Parking4wakeE
	b	.LBB33_22

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
	sub	sp, sp, #32
	ldr	x9, [x0]
	str	x30, [sp, #16]
	mov	x2, x1
	ldr	x8, [x9, #1024]
	add	x10, x9, #1032
	ldar	x10, [x10]
	and	x11, x8, #0xfffffffffffffffc
	and	x12, x8, #0x3
	sub	x10, x10, x11
	cmp	x12, #0
	ccmp	x10, #4, #8, eq
	b.lt	.LBB36_6
	add	x10, x9, #1024
	add	x11, x11, #4
.LBB36_2:
	ldxr	x12, [x10]
	cmp	x12, x8
	b.ne	.LBB36_5
	stxr	w12, x11, [x10]
	cbnz	w12, .LBB36_2
	ubfx	x10, x8, #2, #6
	orr	x8, x8, #0x1
	mov	w0, #1
	add	x9, x9, x10, lsl #4
	str	x2, [x9, #8]
	stlr	x8, [x9]
	ldr	x30, [sp, #16]
	add	sp, sp, #32
	ret
.LBB36_5:
	clrex
	isb
.LBB36_6:
	mov	x1, x0
	mov	x0, sp
	bl	_ZN9latchfree4mpsc8producer17Producer$LT$S$GT$13try_send_slowE
	ldr	x8, [sp]
	cmp	x8, #2
	cset	w0, eq
	ldr	x30, [sp, #16]
	add	sp, sp, #32
	ret

ring_try_recv:
	sub	sp, sp, #32
	ldr	x8, [x0]
	str	x30, [sp, #16]
	cbnz	x8, .LBB37_6
	ldp	x9, x8, [x0, #16]
	ubfx	x10, x8, #2, #6
	add	x9, x9, x10, lsl #4
	ldar	x10, [x9]
	eor	x10, x10, x8
	cmp	x10, #1
	b.ne	.LBB37_6
	ldr	x11, [x0, #32]
	add	x10, x8, #4
	ldr	x1, [x9, #8]
	str	x10, [x0, #24]
	cmp	x11, x10
	strb	wzr, [x0, #48]
	b.ne	.LBB37_4
	mov	w0, #1
	ldr	x30, [sp, #16]
	add	sp, sp, #32
	ret
.LBB37_4:
	ldr	x8, [x0, #16]
	str	x10, [x0, #32]
	add	x9, x8, #1152
	stlr	x10, [x9]
	dmb	ish
	ldr	x9, [x8, #1280]
	cmn	x9, #1
	b.ne	.LBB37_7
	mov	w0, #1
	ldr	x30, [sp, #16]
	add	sp, sp, #32
	ret
.LBB37_6:
	mov	x1, x0
	mov	x0, sp
	bl	_ZN9latchfree4mpsc8consumer17Consumer$LT$S$GT$13try_recv_slowE
	ldrb	w8, [sp]
	ldp	x1, x30, [sp, #8]
	eor	x0, x8, #0x1
	add	sp, sp, #32
	ret
.LBB37_7:
	mov	x0, x8
	str	x1, [sp, #24]
	bl	_ZN9latchfree4wait5queue9WaitQueue11notify_slowE
	ldp	x30, x1, [sp, #16]
	mov	w0, #1
	add	sp, sp, #32
	ret

unbounded_send:
	sub	sp, sp, #32
	ldr	x10, [x0]
	str	x30, [sp, #16]
	mov	x2, x1
	add	x9, x10, #144
	ldar	x8, [x9]
	tst	x8, #0x3
	b.ne	.LBB38_7
	and	x11, x8, #0xfc
	cmp	x11, #252
	b.eq	.LBB38_7
	ubfx	x11, x8, #8, #1
	add	x10, x10, x11, lsl #3
	add	x11, x8, #4
	ldr	x10, [x10, #128]
.LBB38_3:
	ldxr	x12, [x9]
	cmp	x12, x8
	b.ne	.LBB38_6
	stlxr	w12, x11, [x9]
	cbnz	w12, .LBB38_3
	ubfx	x9, x8, #5, #3
	mov	w11, #72
	and	x10, x10, #0xfffffffffffffffe
	ubfx	x8, x8, #2, #3
	mov	w0, #1
	umaddl	x9, w9, w11, x10
	add	x10, x9, x8
	str	x2, [x9, x8, lsl #3]
	add	x8, x10, #64
	stlrb	w0, [x8]
	ldr	x30, [sp, #16]
	add	sp, sp, #32
	ret
.LBB38_6:
	clrex
	isb
.LBB38_7:
	mov	x1, x0
	mov	x0, sp
	bl	_ZN9latchfree4mpsc8producer17Producer$LT$S$GT$13try_send_slowE
	ldr	x8, [sp]
	cmp	x8, #2
	cset	w0, eq
	ldr	x30, [sp, #16]
	add	sp, sp, #32
	ret

unbounded_try_recv:
	ldr	x8, [x0]
	cbnz	x8, .LBB39_6
	ldr	x8, [x0, #24]
	and	x9, x8, #0xfc
	cmp	x9, #252
	b.eq	.LBB39_6
	ldr	x9, [x0, #16]
	ubfx	x10, x8, #5, #3
	mov	w11, #72
	ldr	x9, [x9, #264]
	umaddl	x9, w10, w11, x9
	ubfx	x10, x8, #2, #3
	add	x11, x9, x10
	add	x11, x11, #64
	ldarb	w11, [x11]
	cmp	w11, #1
	b.ne	.LBB39_6
	ldr	x11, [x0, #32]
	add	x8, x8, #4
	ldr	x1, [x9, x10, lsl #3]
	str	x8, [x0, #24]
	cmp	x11, x8
	strb	wzr, [x0, #48]
	b.ne	.LBB39_5
	mov	w0, #1
	ret
.LBB39_5:
	ldr	x9, [x0, #16]
	str	x8, [x0, #32]
	mov	w0, #1
	str	x8, [x9, #256]
	ret
.LBB39_6:
	sub	sp, sp, #32
	mov	x1, x0
	mov	x0, sp
	str	x30, [sp, #16]
	bl	_ZN9latchfree4mpsc8consumer17Consumer$LT$S$GT$13try_recv_slowE
	ldrb	w8, [sp]
	ldp	x1, x30, [sp, #8]
	eor	x0, x8, #0x1
	add	sp, sp, #32
	ret

ref_count_inc:
.LBB40_1:
	ldxr	w8, [x0]
	add	w9, w8, #1
	stxr	w10, w9, [x0]
	cbnz	w10, .LBB40_1
	mov	w9, #-2147483647
	add	w8, w8, w9
	cmp	w8, w9
	b.ls	.LBB40_4
	ret
.LBB40_4:
	b	_ZN9latchfree8refcount9ref_count8RefCount8saturateE

ref_count_dec:
	str	x30, [sp, #-16]!
.LBB41_1:
	ldxr	w8, [x0]
	subs	w9, w8, #1
	stlxr	w10, w9, [x0]
	cbnz	w10, .LBB41_1
	b.ne	.LBB41_4
	dmb	ishld
	mov	w0, #1
	ldr	x30, [sp], #16
	ret
.LBB41_4:
	cbz	w8, .LBB41_7
	tbnz	w8, #31, .LBB41_7
	mov	w0, wzr
	ldr	x30, [sp], #16
	ret
.LBB41_7:
	bl	_ZN9latchfree8refcount9ref_count8RefCount8saturateE
	mov	w0, wzr
	ldr	x30, [sp], #16
	ret

gate_enter:
	stp	x30, x19, [sp, #-16]!
	mov	x8, #4294967296
	add	x9, x0, #48
.LBB42_1:
	ldxr	x1, [x9]
	add	x10, x1, x8
	stxr	w11, x10, [x9]
	cbnz	w11, .LBB42_1
	mov	x8, #2147483648
	movk	x8, #57344, lsl #48
	tst	x1, x8
	b.ne	.LBB42_4
.LBB42_3:
	ldp	x30, x19, [sp], #16
	ret
.LBB42_4:
	mov	x19, x0
	bl	_ZN9latchfree8refcount4gate4Gate16count_entry_slowE
	mov	w8, w0
	mov	x0, x19
	tbz	w8, #0, .LBB42_3
	mov	x0, xzr
	ldp	x30, x19, [sp], #16
	ret

gate_leave:
	mov	x8, #-4294967296
	add	x9, x0, #48
.LBB43_1:
	ldxr	x1, [x9]
	add	x10, x1, x8
	stlxr	w11, x10, [x9]
	cbnz	w11, .LBB43_1
	tbnz	w1, #31, .LBB43_4
	ret
.LBB43_4:
	b	_ZN9latchfree8refcount4gate4Gate12leave_closedE

reader_pin:
	ldr	x9, [x0]
	ldar	x10, [x1]
	stlr	x10, [x9]
	dmb	ish
	ldar	x11, [x1]
	cmp	x11, x10
	b.ls	.LBB44_2
	mov	x10, x11
	stlr	x11, [x9]
.LBB44_2:
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
	b.ls	.LBB45_2
	ldr	x8, [x0]
	str	x9, [x0, #8]
	stlr	x9, [x8]
	mov	x8, x9
.LBB45_2:
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
	tbnz	w9, #0, .LBB47_3
	ldr	x11, [x0, #8]
	ldr	x12, [x0, #16]
	ldr	x13, [x0, #24]
	ldr	x10, [x0, #32]
	dmb	ishld
	ldr	x14, [x0]
	cmp	x14, x9
	b.ne	.LBB47_3
	mov	w9, #1
	stp	x11, x12, [x8, #8]
	stp	x13, x10, [x8, #24]
	str	x9, [x8]
	ret
.LBB47_3:
	str	xzr, [x8]
	ret

seqlock_try_write:
	ldr	x8, [x0]
	tbnz	w8, #0, .LBB48_5
	orr	x9, x8, #0x1
.LBB48_2:
	ldaxr	x10, [x0]
	cmp	x10, x8
	b.ne	.LBB48_6
	stxr	w10, x9, [x0]
	cbnz	w10, .LBB48_2
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
.LBB48_5:
	mov	w0, wzr
	ret
.LBB48_6:
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
	b.eq	.LBB50_5
	mov	w14, wzr
	mov	w15, #1
	mov	w16, #64
.LBB50_2:
	lsl	w10, w15, w14
	cmp	w14, #6
	csel	w10, w16, w10, hi
.LBB50_3:
	isb
	subs	w10, w10, #1
	b.ne	.LBB50_3
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
	b.ne	.LBB50_2
.LBB50_5:
	stp	x10, x11, [x8]
	stp	x12, x13, [x8, #16]
	ret

watermark_get:
	ldar	x0, [x0]
	ret

watermark_advance_to:
	ldr	x8, [x0]
	cmp	x8, x1
	b.hs	.LBB52_6
	str	x30, [sp, #-16]!
.LBB52_2:
	ldxr	x8, [x0]
	cmp	x8, x1
	csel	x9, x8, x1, hi
	stlxr	w10, x9, [x0]
	cbnz	w10, .LBB52_2
	cmp	x8, x1
	b.hs	.LBB52_7
	dmb	ish
	ldr	x8, [x0, #128]
	cmp	x8, x1
	b.ls	.LBB52_8
	mov	w0, #1
	ldr	x30, [sp], #16
	ret
.LBB52_6:
	mov	w0, wzr
	ret
.LBB52_7:
	mov	w0, wzr
	ldr	x30, [sp], #16
	ret
.LBB52_8:
	bl	_ZN9latchfree4wait5queue9WaitQueue11notify_slowE
	mov	w0, #1
	ldr	x30, [sp], #16
	ret

frontier_try_complete:
	stp	x30, x19, [sp, #-16]!
	adds	x9, x1, #1
	b.lo	.LBB53_3
	add	x8, x0, #2, lsl #12
	ldar	x1, [x8]
.LBB53_2:
	mov	w0, #1
	ldp	x30, x19, [sp], #16
	ret
.LBB53_3:
	subs	x8, x9, x1
	csel	x8, xzr, x8, lo
	cmp	x8, #1024
	b.hi	.LBB53_5
	ldr	x8, [x0, #8192]
	subs	x10, x9, #1024
	csel	x10, xzr, x10, lo
	cmp	x8, x10
	b.hs	.LBB53_6
.LBB53_5:
	mov	x0, xzr
	ldp	x30, x19, [sp], #16
	ret
.LBB53_6:
	and	x8, x1, #0x3ff
	add	x10, x0, x8, lsl #3
	add	x8, x0, #2, lsl #12
.LBB53_7:
	ldxr	x11, [x10]
	cmp	x11, x9
	csel	x11, x11, x9, hi
	stlxr	w12, x11, [x10]
	cbnz	w12, .LBB53_7
	dmb	ish
	ldar	x1, [x8]
	adds	x9, x1, #1024
	csinv	x9, x9, xzr, lo
	cmp	x1, x9
	b.hs	.LBB53_2
	mov	w10, wzr
	b	.LBB53_12
.LBB53_10:
	mov	w12, wzr
	cmp	x19, x1
	orr	w10, w10, w12
	cset	w13, eq
	orr	w13, w13, w12
	and	w11, w11, w13
	tbnz	w11, #0, .LBB53_21
.LBB53_11:
	ldar	x1, [x8]
	cmp	x1, x9
	mov	x19, x1
	b.hs	.LBB53_21
.LBB53_12:
	mov	x11, x1
.LBB53_13:
	mov	x19, x11
	sub	x11, x11, x1
	cmp	x11, #64
	b.hi	.LBB53_16
	and	x11, x19, #0x3ff
	add	x11, x0, x11, lsl #3
	ldar	x11, [x11]
	subs	x12, x11, x19
	b.ls	.LBB53_17
	cmp	x12, #1025
	b.lo	.LBB53_13
.LBB53_16:
	mov	w11, wzr
	cmp	x19, x1
	b.ls	.LBB53_10
	b	.LBB53_18
.LBB53_17:
	mov	w11, #1
	cmp	x19, x1
	b.ls	.LBB53_10
.LBB53_18:
	ldr	x12, [x8]
	cmp	x12, x19
	b.hs	.LBB53_10
.LBB53_19:
	ldxr	x12, [x8]
	cmp	x12, x19
	csel	x12, x12, x19, hi
	stlxr	w13, x12, [x8]
	cbnz	w13, .LBB53_19
	cset	w12, lo
	cmp	x19, x1
	orr	w10, w10, w12
	cset	w13, eq
	orr	w13, w13, w12
	and	w11, w11, w13
	tbz	w11, #0, .LBB53_11
.LBB53_21:
	tbz	w10, #0, .LBB53_23
	dmb	ish
	ldr	x9, [x0, #8320]
	cmp	x9, x19
	b.ls	.LBB53_24
.LBB53_23:
	mov	w0, #1
	mov	x1, x19
	ldp	x30, x19, [sp], #16
	ret
.LBB53_24:
	mov	x0, x8
	bl	_ZN9latchfree4wait5queue9WaitQueue11notify_slowE
	mov	w0, #1
	mov	x1, x19
	ldp	x30, x19, [sp], #16
	ret

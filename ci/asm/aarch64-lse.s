
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
	ldadd	x1, x0, [x0]
	ret

atomic_add:
	ldadd	x1, x8, [x0]
	ret

atomic_add_fetch:
	ldadd	x1, x8, [x0]
	add	x0, x8, x1
	ret

atomic_dec_and_test:
	mov	x8, #-1
	ldaddal	x8, x8, [x0]
	cmp	x8, #1
	cset	w0, eq
	ret

atomic_compare_exchange:
	mov	x8, x1
	casal	x8, x2, [x0]
	cmp	x8, x1
	cset	w0, eq
	ret

atomic_bit_set:
	mov	w8, #1
	lsl	x8, x8, x1
	ldset	x8, x9, [x0]
	tst	x9, x8
	cset	w0, ne
	ret

atomic_take:
	swpal	xzr, x0, [x0]
	ret

atomic_fence_acquire:
	dmb	ishld
	ret

atomic_fence_seq_cst:
	dmb	ish
	ret

counter_local_add:
	ldr	x8, [x0, #8]
	cbz	x8, .LBB15_2
	ldr	x9, [x8]
	add	x9, x9, x1
	str	x9, [x8]
	ret
.LBB15_2:
	ldr	x8, [x0]
	add	x8, x8, #512
	ldadd	x1, x8, [x8]
	ret

counter_with_slot_add:
	str	x30, [sp, #-32]!
	stp	x20, x19, [sp, #16]
	mov	x19, x0
	mov	x20, x1
	ldr	w8, [x0, #264]
	cmp	w8, #2
	b.eq	.LBB16_2
	add	x0, x19, #256
	mov	w1, #2
	bl	_ZN9latchfree7counter5slots4Slot5claimE
	tbz	w0, #0, .LBB16_3
.LBB16_2:
	ldr	x8, [x19, #256]
	add	x8, x8, x20
	str	x8, [x19, #256]
	ldp	x20, x19, [sp, #16]
	ldr	x30, [sp], #32
	ret
.LBB16_3:
	add	x8, x19, #512
	ldadd	x20, x8, [x8]
	ldp	x20, x19, [sp, #16]
	ldr	x30, [sp], #32
	ret

counter_sum:
	ldr	x8, [x0, #512]
	ldr	x9, [x0]
	ldr	x10, [x0, #128]
	ldr	x11, [x0, #256]
	ldr	x12, [x0, #384]
	add	x8, x9, x8
	add	x9, x10, x11
	add	x8, x8, x9
	add	x0, x8, x12
	ret

sequence_next:
	ldr	x8, [x0]
	tbnz	x8, #63, .LBB18_2
	mov	w8, #1
	ldadd	x8, x1, [x0]
	mvn	x8, x1
	lsr	x0, x8, #63
	ret
.LBB18_2:
	mov	x0, xzr
	ret

ref_count_inc:
	mov	w8, #1
	mov	w9, #-2147483647
	ldadd	w8, w8, [x0]
	add	w8, w8, w9
	cmp	w8, w9
	b.ls	.LBB19_2
	ret
.LBB19_2:
	b	_ZN9latchfree7counter9ref_count8RefCount8saturateE

ref_count_dec:
	mov	w8, #-1
	ldaddl	w8, w8, [x0]
	cmp	w8, #1
	b.ne	.LBB20_2
	mov	w0, #1
	dmb	ishld
	ret
.LBB20_2:
	cbz	w8, .LBB20_5
	tbnz	w8, #31, .LBB20_5
	mov	w0, wzr
	ret
.LBB20_5:
	str	x30, [sp, #-16]!
	bl	_ZN9latchfree7counter9ref_count8RefCount8saturateE
	mov	w0, wzr
	ldr	x30, [sp], #16
	ret

ring_try_send:
	str	x30, [sp, #-16]!
	ldr	x8, [x0]
	ldr	x9, [x8, #1024]
	tbnz	w9, #0, .LBB21_10
	mov	w10, wzr
	mov	w11, #1
	mov	w12, #64
.LBB21_2:
	add	x14, x8, #1032
	and	x13, x9, #0xfffffffffffffffc
	ldar	x15, [x14]
	and	x15, x15, #0xfffffffffffffffc
	sub	x15, x15, x13
	asr	x16, x15, #2
	cmp	x15, #3
	csel	x15, x16, xzr, gt
	cbnz	x15, .LBB21_5
	add	x15, x8, #1152
	ldar	x15, [x15]
	and	x15, x15, #0xfffffffffffffffc
	add	x16, x15, #256
	sub	x15, x16, x13
	stlr	x16, [x14]
	cmp	x15, #4
	b.lt	.LBB21_10
	lsr	x15, x15, #2
.LBB21_5:
	cbz	x15, .LBB21_10
	add	x15, x13, #4
	add	x16, x8, #1024
	mov	x14, x9
	cas	x14, x15, [x16]
	cmp	x14, x9
	b.eq	.LBB21_11
	lsl	w13, w11, w10
	cmp	w10, #6
	mov	x9, x14
	csel	w13, w12, w13, hi
.LBB21_8:
	isb
	subs	w13, w13, #1
	b.ne	.LBB21_8
	cmp	w10, #7
	cinc	w10, w10, lo
	tbz	w9, #0, .LBB21_2
.LBB21_10:
	mov	w0, wzr
	ldr	x30, [sp], #16
	ret
.LBB21_11:
	tbnz	w9, #1, .LBB21_14
	ubfx	x10, x9, #2, #6
	orr	x9, x9, #0x1
	add	x8, x8, x10, lsl #4
	str	x1, [x8, #8]
	stlr	x9, [x8]
.LBB21_13:
	mov	w0, #1
	ldr	x30, [sp], #16
	ret
.LBB21_14:
	ubfx	x9, x9, #2, #6
	dmb	ishld
	orr	x11, x13, #0x1
	ldr	x0, [x8, #1288]
	add	x10, x8, x9, lsl #4
	ldr	x9, [x8, #1280]
	str	xzr, [x8, #1280]
	str	x1, [x10, #8]
	stlr	x11, [x10]
	cbz	x9, .LBB21_13
	ldr	x8, [x9, #8]
	blr	x8
	mov	w0, #1
	ldr	x30, [sp], #16
	ret

ring_try_recv:
	str	x30, [sp, #-16]!
	ldr	x8, [x0, #8]
.LBB22_1:
	ldr	x9, [x0]
	ubfx	x10, x8, #2, #6
	add	x9, x9, x10, lsl #4
	ldar	x9, [x9]
	eor	x8, x9, x8
	cmp	x8, #1
	b.eq	.LBB22_5
	cmp	x8, #2
	b.ne	.LBB22_4
	ldr	x8, [x0, #8]
	strb	wzr, [x0, #24]
	add	x8, x8, #4
	str	x8, [x0, #8]
	b	.LBB22_1
.LBB22_4:
	str	x0, [sp, #8]
	bl	_ZN9latchfree4mpsc8consumer17Consumer$LT$Q$GT$11find_slowlyE
	mov	w8, w0
	ldr	x0, [sp, #8]
	and	w8, w8, #0xff
	cmp	w8, #3
	b.ne	.LBB22_9
.LBB22_5:
	ldp	x8, x9, [x0]
	ldr	x11, [x0, #16]
	strb	wzr, [x0, #24]
	ubfx	x10, x9, #2, #6
	add	x9, x9, #4
	cmp	x11, x9
	str	x9, [x0, #8]
	add	x10, x8, x10, lsl #4
	ldr	x1, [x10, #8]
	b.eq	.LBB22_7
	add	x10, x8, #1152
	str	x9, [x0, #16]
	stlr	x9, [x10]
	dmb	ish
	ldr	x9, [x8, #1336]
	cbz	x9, .LBB22_8
.LBB22_7:
	mov	w0, #1
	ldr	x30, [sp], #16
	ret
.LBB22_8:
	mov	x0, x8
	str	x1, [sp, #8]
	bl	_ZN9latchfree4wait4list8WaitList12serve_slowlyE
	ldr	x1, [sp, #8]
	mov	w0, #1
	ldr	x30, [sp], #16
	ret
.LBB22_9:
	mov	x0, xzr
	ldr	x30, [sp], #16
	ret

watermark_get:
	ldar	x0, [x0]
	ret

watermark_advance_to:
	ldr	x8, [x0]
	cmp	x8, x1
	b.hs	.LBB24_4
	ldumaxl	x1, x8, [x0]
	cmp	x8, x1
	b.hs	.LBB24_4
	dmb	ish
	ldr	x8, [x0, #160]
	cmp	x8, x1
	b.ls	.LBB24_5
	mov	w0, #1
	ret
.LBB24_4:
	mov	w0, wzr
	ret
.LBB24_5:
	str	x30, [sp, #-16]!
	bl	_ZN9latchfree4wait4list8WaitList12serve_slowlyE
	mov	w0, #1
	ldr	x30, [sp], #16
	ret

seqlock_try_read:
	ldar	x9, [x0]
	tbnz	w9, #0, .LBB25_3
	ldr	x11, [x0, #8]
	ldr	x12, [x0, #16]
	ldr	x13, [x0, #24]
	ldr	x10, [x0, #32]
	dmb	ishld
	ldr	x14, [x0]
	cmp	x14, x9
	b.ne	.LBB25_3
	mov	w9, #1
	stp	x11, x12, [x8, #8]
	stp	x13, x10, [x8, #24]
	str	x9, [x8]
	ret
.LBB25_3:
	str	xzr, [x8]
	ret

seqlock_try_write:
	ldr	x8, [x0]
	tbnz	w8, #0, .LBB26_3
	orr	x9, x8, #0x1
	mov	x10, x8
	casa	x10, x9, [x0]
	cmp	x10, x8
	b.ne	.LBB26_3
	dmb	ish
	add	x8, x8, #2
	ldp	x10, x9, [x1]
	str	x10, [x0, #8]
	str	x9, [x0, #16]
	ldp	x10, x9, [x1, #16]
	str	x10, [x0, #24]
	str	x9, [x0, #32]
	stlr	x8, [x0]
	mov	w0, #1
	ret
.LBB26_3:
	mov	w0, wzr
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
	b.eq	.LBB27_5
	mov	w14, wzr
	mov	w15, #1
	mov	w16, #64
.LBB27_2:
	lsl	w10, w15, w14
	cmp	w14, #6
	csel	w10, w16, w10, hi
.LBB27_3:
	isb
	subs	w10, w10, #1
	b.ne	.LBB27_3
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
	b.ne	.LBB27_2
.LBB27_5:
	stp	x10, x11, [x8]
	stp	x12, x13, [x8, #16]
	ret

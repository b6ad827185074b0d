
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
	cbz	x8, .LBB23_2
	ldr	x9, [x8]
	add	x9, x9, x1
	str	x9, [x8]
	ret
.LBB23_2:
	ldr	x8, [x0]
	ldadd	x1, x8, [x8]
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
	ldr	w8, [x0, #264]
	cbnz	w8, .LBB24_4
	add	x9, x0, #264
	mov	w10, #2
	casa	w8, w10, [x9]
	cmp	w8, #0
	b.eq	.LBB24_1
.LBB24_4:
	add	x8, x0, #768
	ldadd	x1, x8, [x8]
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
	mov	w9, #1
	ldadd	x9, x8, [x8]
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
	ldr	w8, [x0, #280]
	cbnz	w8, .LBB28_4
	add	x9, x0, #280
	mov	w10, #2
	casa	w8, w10, [x9]
	cmp	w8, #0
	b.eq	.LBB28_1
.LBB28_4:
	add	x8, x0, #768
	mov	w9, #1
	ldadd	x9, x8, [x8]
	add	x8, x0, #784
	ldadd	x1, x8, [x8]
	ret

sequence_next:
	mov	w8, #1
	ldadd	x8, x1, [x0]
	tbnz	x1, #63, .LBB29_2
	mov	x0, x8
	ret
.LBB29_2:
	stp	x30, x19, [sp, #-16]!
	mov	x19, x1
	bl	_ZN9latchfree8sequence8sequence8Sequence8saturateE
	mov	x1, x19
	mov	x8, xzr
	ldp	x30, x19, [sp], #16
	mov	x0, x8
	ret

lease_next:
	ldar	x1, [x0]
	mov	x8, x0
	mov	w0, #1
.LBB30_1:
	adds	x9, x1, #1
	b.hs	.LBB30_5
	add	x10, x8, #8
	ldar	x10, [x10]
	cmp	x10, x1
	b.ls	.LBB30_6
	mov	x10, x1
	casal	x10, x9, [x8]
	cmp	x10, x1
	mov	x1, x10
	b.ne	.LBB30_1
	ret
.LBB30_5:
	mov	x0, xzr
	mov	x1, #-1
	ret
.LBB30_6:
	mov	x0, xzr
	ret

clock_tick:
	ldr	x10, [x0]
.LBB31_1:
	cmp	x1, x10
	csel	x9, x1, x10, hi
	tbnz	x9, #63, .LBB31_4
	add	x11, x9, #1
	mov	x8, x10
	cas	x8, x11, [x0]
	cmp	x8, x10
	mov	x10, x8
	b.ne	.LBB31_1
	cmp	x8, x1
	csel	x8, x8, x1, hi
.LBB31_4:
	mvn	x9, x9
	mov	x1, x8
	lsr	x0, x9, #63
	ret

ids_acquire:
	ldarb	w8, [x0]
	cbnz	w8, .LBB32_3
	mov	w9, #1
	casalb	w8, w9, [x0]
	cmp	w8, #0
	b.ne	.LBB32_3
	mov	x1, xzr
	ret
.LBB32_3:
	add	x8, x0, #1
	ldarb	w9, [x8]
	cbnz	w9, .LBB32_6
	mov	w1, #1
	casalb	w9, w1, [x8]
	cmp	w9, #0
	b.ne	.LBB32_6
	mov	x0, x8
	ret
.LBB32_6:
	add	x8, x0, #2
	ldarb	w9, [x8]
	cbnz	w9, .LBB32_9
	mov	w10, #1
	casalb	w9, w10, [x8]
	cmp	w9, #0
	b.ne	.LBB32_9
	mov	w1, #2
	mov	x0, x8
	ret
.LBB32_9:
	add	x0, x0, #3
	ldarb	w8, [x0]
	cbnz	w8, .LBB32_12
	mov	w9, #1
	casalb	w8, w9, [x0]
	cmp	w8, #0
	b.ne	.LBB32_12
	mov	w1, #3
	ret
.LBB32_12:
	mov	x0, xzr
	mov	w1, #4
	ret

log_append:
	sub	sp, sp, #96
	stp	x20, x19, [sp, #80]
	ldr	x19, [x0]
	stp	x22, x21, [sp, #64]
	ldr	x21, [x19, #768]
	ldr	x20, [x19, #776]
	stp	x30, x27, [sp, #16]
	stp	x26, x25, [sp, #32]
	cmp	x21, #64
	stp	x24, x23, [sp, #48]
	ccmp	x20, #0, #4, hs
	b.eq	.LBB33_11
	add	x8, x19, #256
	ldar	x9, [x8]
	tbnz	x9, #63, .LBB33_11
	mov	w22, wzr
	mov	w23, #64
	mov	w24, #1
	mov	x25, #137438953472
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
	mov	x26, x1
	mov	x27, x0
	mov	x8, sp
	mov	x0, x19
	mov	w1, #64
	mov	w2, #1
	bl	_ZN9latchfree3log4core4Core14tail_with_roomE
	ldrb	w8, [sp]
	tbnz	w8, #0, .LBB33_11
	ldr	x8, [sp, #8]
	mov	x0, x27
	mov	x1, x26
	tbz	x8, #63, .LBB33_4
	b	.LBB33_11
.LBB33_7:
	add	x9, x8, x25
	add	x11, x8, #64
	and	x12, x9, #0x7fffffe000000000
	mov	x9, x8
	bfxil	x12, x11, #0, #37
	add	x11, x19, #256
	casal	x9, x12, [x11]
	cmp	x9, x8
	b.eq	.LBB33_13
	lsl	w8, w24, w22
	cmp	w22, #6
	csel	w8, w23, w8, hi
.LBB33_9:
	isb
	subs	w8, w8, #1
	b.ne	.LBB33_9
	cmp	w22, #7
	cinc	w22, w22, lo
	tbz	x9, #63, .LBB33_3
.LBB33_11:
	mov	x0, xzr
.LBB33_12:
	ldp	x20, x19, [sp, #80]
	ldp	x22, x21, [sp, #64]
	ldp	x24, x23, [sp, #48]
	ldp	x26, x25, [sp, #32]
	ldp	x30, x27, [sp, #16]
	add	sp, sp, #96
	ret
.LBB33_13:
	add	x9, x19, #384
	add	x12, x19, #392
	ldar	x9, [x9]
	ldar	x12, [x12]
	sub	x11, x8, x9
	and	x11, x11, #0x1fffffffff
	add	x13, x11, #64
	cmp	x13, x21
	b.hi	.LBB33_21
	sub	w10, w10, w12
	and	x10, x10, #0x3ffffff
	cmp	x10, x20
	b.hs	.LBB33_21
	add	x19, x11, x9
	add	x20, x10, x12
.LBB33_16:
	ldp	x21, x9, [x0, #24]
	mov	x25, x0
	sub	x8, x9, #1
	and	x8, x8, x19
	sub	x22, x9, x8
	cmp	x22, #64
	b.hs	.LBB33_18
	mov	w9, #64
	add	x0, x21, x8
	mov	x2, x22
	sub	x23, x9, x22
	mov	x24, x1
	bl	memcpy
	add	x1, x24, x22
	mov	x0, x21
	mov	x2, x23
	b	.LBB33_19
.LBB33_18:
	add	x0, x21, x8
	mov	w2, #64
.LBB33_19:
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
	b.eq	.LBB33_22
.LBB33_20:
	add	x1, x19, #64
	mov	w0, #1
	b	.LBB33_12
.LBB33_21:
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
	b	.LBB33_16
.LBB33_22:
	add	x0, x8, #512
	bl	_ZN9latchfree3log7parking7Parking4wakeE
	b	.LBB33_20

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
	ldr	x9, [x0]
	mov	x2, x1
	ldr	x8, [x9, #1024]
	add	x10, x9, #1032
	ldar	x11, [x10]
	and	x10, x8, #0xfffffffffffffffc
	and	x12, x8, #0x3
	sub	x11, x11, x10
	cmp	x12, #0
	ccmp	x11, #4, #8, eq
	b.lt	.LBB36_4
	add	x10, x10, #4
	add	x11, x9, #1024
	mov	x12, x8
	cas	x12, x10, [x11]
	cmp	x12, x8
	b.ne	.LBB36_3
	ubfx	x10, x8, #2, #6
	orr	x8, x8, #0x1
	mov	w0, #1
	add	x9, x9, x10, lsl #4
	str	x2, [x9, #8]
	stlr	x8, [x9]
	ret
.LBB36_3:
	isb
.LBB36_4:
	sub	sp, sp, #32
	mov	x1, x0
	mov	x0, sp
	str	x30, [sp, #16]
	bl	_ZN9latchfree4mpsc8producer17Producer$LT$S$GT$13try_send_slowE
	ldr	x8, [sp]
	ldr	x30, [sp, #16]
	cmp	x8, #2
	cset	w0, eq
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
	ldr	x9, [x0]
	mov	x2, x1
	add	x8, x9, #144
	ldar	x8, [x8]
	tst	x8, #0x3
	b.ne	.LBB38_5
	and	x10, x8, #0xfc
	cmp	x10, #252
	b.eq	.LBB38_5
	ubfx	x10, x8, #8, #1
	add	x11, x8, #4
	add	x12, x9, #144
	mov	x13, x8
	add	x10, x9, x10, lsl #3
	ldr	x9, [x10, #128]
	casl	x13, x11, [x12]
	cmp	x13, x8
	b.ne	.LBB38_4
	ubfx	x10, x8, #5, #3
	mov	w11, #72
	and	x9, x9, #0xfffffffffffffffe
	ubfx	x8, x8, #2, #3
	mov	w0, #1
	umaddl	x9, w10, w11, x9
	add	x10, x9, x8
	str	x2, [x9, x8, lsl #3]
	add	x8, x10, #64
	stlrb	w0, [x8]
	ret
.LBB38_4:
	isb
.LBB38_5:
	sub	sp, sp, #32
	mov	x1, x0
	mov	x0, sp
	str	x30, [sp, #16]
	bl	_ZN9latchfree4mpsc8producer17Producer$LT$S$GT$13try_send_slowE
	ldr	x8, [sp]
	ldr	x30, [sp, #16]
	cmp	x8, #2
	cset	w0, eq
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
	mov	w8, #1
	mov	w9, #-2147483647
	ldadd	w8, w8, [x0]
	add	w8, w8, w9
	cmp	w8, w9
	b.ls	.LBB40_2
	ret
.LBB40_2:
	b	_ZN9latchfree8refcount9ref_count8RefCount8saturateE

ref_count_dec:
	mov	w8, #-1
	ldaddl	w8, w8, [x0]
	cmp	w8, #1
	b.ne	.LBB41_2
	mov	w0, #1
	dmb	ishld
	ret
.LBB41_2:
	cbz	w8, .LBB41_5
	tbnz	w8, #31, .LBB41_5
	mov	w0, wzr
	ret
.LBB41_5:
	str	x30, [sp, #-16]!
	bl	_ZN9latchfree8refcount9ref_count8RefCount8saturateE
	mov	w0, wzr
	ldr	x30, [sp], #16
	ret

gate_enter:
	mov	x8, #4294967296
	add	x9, x0, #48
	ldadd	x8, x1, [x9]
	mov	x8, #2147483648
	movk	x8, #57344, lsl #48
	tst	x1, x8
	b.ne	.LBB42_2
.LBB42_1:
	ret
.LBB42_2:
	stp	x30, x19, [sp, #-16]!
	mov	x19, x0
	bl	_ZN9latchfree8refcount4gate4Gate16count_entry_slowE
	mov	w8, w0
	mov	x0, x19
	ldp	x30, x19, [sp], #16
	tbz	w8, #0, .LBB42_1
	mov	x0, xzr
	ret

gate_leave:
	mov	x8, #-4294967296
	add	x9, x0, #48
	ldaddl	x8, x1, [x9]
	tbnz	w1, #31, .LBB43_2
	ret
.LBB43_2:
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
	tbnz	w8, #0, .LBB48_3
	orr	x9, x8, #0x1
	mov	x10, x8
	casa	x10, x9, [x0]
	cmp	x10, x8
	b.ne	.LBB48_3
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
.LBB48_3:
	mov	w0, wzr
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
	b.hs	.LBB52_4
	ldumaxl	x1, x8, [x0]
	cmp	x8, x1
	b.hs	.LBB52_4
	dmb	ish
	ldr	x8, [x0, #128]
	cmp	x8, x1
	b.ls	.LBB52_5
	mov	w0, #1
	ret
.LBB52_4:
	mov	w0, wzr
	ret
.LBB52_5:
	str	x30, [sp, #-16]!
	bl	_ZN9latchfree4wait5queue9WaitQueue11notify_slowE
	mov	w0, #1
	ldr	x30, [sp], #16
	ret

frontier_try_complete:
	stp	x30, x19, [sp, #-16]!
	adds	x8, x1, #1
	b.lo	.LBB53_3
	add	x8, x0, #2, lsl #12
	ldar	x1, [x8]
.LBB53_2:
	mov	w0, #1
	ldp	x30, x19, [sp], #16
	ret
.LBB53_3:
	subs	x9, x8, x1
	csel	x9, xzr, x9, lo
	cmp	x9, #1024
	b.hi	.LBB53_5
	ldr	x9, [x0, #8192]
	subs	x10, x8, #1024
	csel	x10, xzr, x10, lo
	cmp	x9, x10
	b.hs	.LBB53_6
.LBB53_5:
	mov	x0, xzr
	ldp	x30, x19, [sp], #16
	ret
.LBB53_6:
	and	x9, x1, #0x3ff
	add	x9, x0, x9, lsl #3
	ldumaxl	x8, x8, [x9]
	dmb	ish
	add	x8, x0, #2, lsl #12
	ldar	x1, [x8]
	adds	x8, x1, #1024
	csinv	x8, x8, xzr, lo
	cmp	x1, x8
	b.hs	.LBB53_2
	mov	w9, wzr
	b	.LBB53_10
.LBB53_8:
	mov	w11, wzr
	cmp	x19, x1
	orr	w9, w9, w11
	cset	w12, eq
	orr	w12, w12, w11
	and	w10, w10, w12
	tbnz	w10, #0, .LBB53_18
.LBB53_9:
	add	x10, x0, #2, lsl #12
	ldar	x1, [x10]
	cmp	x1, x8
	mov	x19, x1
	b.hs	.LBB53_18
.LBB53_10:
	mov	x10, x1
.LBB53_11:
	mov	x19, x10
	sub	x10, x10, x1
	cmp	x10, #64
	b.hi	.LBB53_14
	and	x10, x19, #0x3ff
	add	x10, x0, x10, lsl #3
	ldar	x10, [x10]
	subs	x11, x10, x19
	b.ls	.LBB53_15
	cmp	x11, #1025
	b.lo	.LBB53_11
.LBB53_14:
	mov	w10, wzr
	cmp	x19, x1
	b.ls	.LBB53_8
	b	.LBB53_16
.LBB53_15:
	mov	w10, #1
	cmp	x19, x1
	b.ls	.LBB53_8
.LBB53_16:
	ldr	x11, [x0, #8192]
	cmp	x11, x19
	b.hs	.LBB53_8
	add	x11, x0, #2, lsl #12
	ldumaxl	x19, x11, [x11]
	cmp	x11, x19
	cset	w11, lo
	cmp	x19, x1
	orr	w9, w9, w11
	cset	w12, eq
	orr	w12, w12, w11
	and	w10, w10, w12
	tbz	w10, #0, .LBB53_9
.LBB53_18:
	tbz	w9, #0, .LBB53_20
	dmb	ish
	ldr	x8, [x0, #8320]
	cmp	x8, x19
	b.ls	.LBB53_21
.LBB53_20:
	mov	w0, #1
	mov	x1, x19
	ldp	x30, x19, [sp], #16
	ret
.LBB53_21:
	add	x0, x0, #2, lsl #12
	bl	_ZN9latchfree4wait5queue9WaitQueue11notify_slowE
	mov	w0, #1
	mov	x1, x19
	ldp	x30, x19, [sp], #16
	ret


atomic_load_relaxed:
	movq	(%rdi), %rax
	retq

atomic_load_acquire:
	movq	(%rdi), %rax
	retq

atomic_store_release:
	movq	%rsi, (%rdi)
	retq

atomic_fetch_add_relaxed:
	movq	%rsi, %rax
	lock		xaddq	%rax, (%rdi)
	retq

atomic_add:
	lock		addq	%rsi, (%rdi)
	retq

atomic_add_fetch:
	movq	%rsi, %rax
	lock		xaddq	%rax, (%rdi)
	addq	%rsi, %rax
	retq

atomic_dec_and_test:
	lock		decq	(%rdi)
	sete	%al
	retq

atomic_compare_exchange:
	movq	%rsi, %rax
	lock		cmpxchgq	%rdx, (%rdi)
	sete	%al
	retq

atomic_bit_set:
	andl	$63, %esi
	lock		btsq	%rsi, (%rdi)
	setb	%al
	retq

atomic_take:
	xorl	%eax, %eax
	xchgq	%rax, (%rdi)
	retq

atomic_fence_acquire:
	#MEMBARRIER
	retq

atomic_fence_seq_cst:
	mfence
	retq

counter_local_add:
	movq	8(%rdi), %rax
	testq	%rax, %rax
	je	.LBB16_1
	addq	%rsi, (%rax)
	retq
.LBB16_1:
	movq	(%rdi), %rax
	lock		addq	%rsi, (%rax)
	retq

counter_with_slot_add:
	movl	264(%rdi), %eax
	cmpl	$2, %eax
	jne	.LBB17_1
.LBB17_4:
	addq	%rsi, 256(%rdi)
	retq
.LBB17_1:
	movl	264(%rdi), %eax
	testl	%eax, %eax
	jne	.LBB17_3
	movl	$2, %ecx
	xorl	%eax, %eax
	lock		cmpxchgl	%ecx, 264(%rdi)
	je	.LBB17_4
.LBB17_3:
	lock		addq	%rsi, 768(%rdi)
	retq

counter_sum:
	movq	(%rdi), %rax
	movq	128(%rdi), %rcx
	addq	%rax, %rcx
	movq	256(%rdi), %rax
	movq	384(%rdi), %rdx
	addq	%rax, %rdx
	addq	%rcx, %rdx
	movq	512(%rdi), %rax
	movq	640(%rdi), %rcx
	addq	%rax, %rcx
	movq	768(%rdi), %rsi
	addq	%rcx, %rsi
	addq	%rdx, %rsi
	movq	896(%rdi), %rax
	addq	%rsi, %rax
	retq

counters_local_inc:
	movzbl	%sil, %eax
	movq	8(%rdi), %rcx
	testq	%rcx, %rcx
	je	.LBB20_1
	incq	(%rcx,%rax,8)
	retq
.LBB20_1:
	movq	(%rdi), %rcx
	lock		incq	(%rcx,%rax,8)
	retq

counters_with_slot_add:
	movl	280(%rdi), %eax
	cmpl	$2, %eax
	jne	.LBB21_1
.LBB21_4:
	incq	256(%rdi)
	addq	%rsi, 272(%rdi)
	retq
.LBB21_1:
	movl	280(%rdi), %eax
	testl	%eax, %eax
	jne	.LBB21_3
	movl	$2, %ecx
	xorl	%eax, %eax
	lock		cmpxchgl	%ecx, 280(%rdi)
	je	.LBB21_4
.LBB21_3:
	lock		incq	768(%rdi)
	lock		addq	%rsi, 784(%rdi)
	retq

sequence_next:
	movl	$1, %eax
	movl	$1, %edx
	lock		xaddq	%rdx, (%rdi)
	testq	%rdx, %rdx
	js	.LBB22_1
	retq
.LBB22_1:
	pushq	%rbx
	movq	%rdx, %rbx
	callq	*_ZN9latchfree8sequence8sequence8Sequence8saturateE@GOTPCREL(%rip)
	movq	%rbx, %rdx
	xorl	%eax, %eax
	popq	%rbx
	retq

lease_next:
	movq	(%rdi), %rdx
	xorl	%ecx, %ecx
.LBB23_1:
	movq	%rdx, %rsi
	incq	%rsi
	je	.LBB23_2
	movq	8(%rdi), %rax
	cmpq	%rdx, %rax
	jbe	.LBB23_6
	movq	%rdx, %rax
	lock		cmpxchgq	%rsi, (%rdi)
	movq	%rax, %rdx
	jne	.LBB23_1
	movl	$1, %ecx
.LBB23_6:
	movq	%rcx, %rax
	retq
.LBB23_2:
	movq	$-1, %rdx
	movq	%rcx, %rax
	retq

clock_tick:
	movq	%rsi, %rdx
	movq	(%rdi), %rax
	xorl	%ecx, %ecx
.LBB24_1:
	cmpq	%rdx, %rax
	movq	%rdx, %rsi
	cmovaq	%rax, %rsi
	testq	%rsi, %rsi
	js	.LBB24_2
	incq	%rsi
	lock		cmpxchgq	%rsi, (%rdi)
	jne	.LBB24_1
	cmpq	%rdx, %rax
	cmovaq	%rax, %rdx
	movl	$1, %eax
	retq
.LBB24_2:
	movq	%rcx, %rax
	retq

ref_count_inc:
	movl	$1, %eax
	lock		xaddl	%eax, (%rdi)
	addl	$-2147483647, %eax
	cmpl	$-2147483647, %eax
	jbe	.LBB25_2
	retq
.LBB25_2:
	jmpq	*_ZN9latchfree8refcount9ref_count8RefCount8saturateE@GOTPCREL(%rip)

ref_count_dec:
	movl	$-1, %eax
	lock		xaddl	%eax, (%rdi)
	cmpl	$1, %eax
	jne	.LBB26_1
	#MEMBARRIER
	movb	$1, %al
	retq
.LBB26_1:
	testl	%eax, %eax
	je	.LBB26_2
	js	.LBB26_2
	xorl	%eax, %eax
	retq
.LBB26_2:
	pushq	%rax
	callq	*_ZN9latchfree8refcount9ref_count8RefCount8saturateE@GOTPCREL(%rip)
	xorl	%eax, %eax
	addq	$8, %rsp
	retq

log_append:
	pushq	%rbp
	pushq	%r15
	pushq	%r14
	pushq	%r13
	pushq	%r12
	pushq	%rbx
	subq	$40, %rsp
	movq	(%rdi), %rbx
	movq	768(%rbx), %rbp
	movq	776(%rbx), %r13
	cmpq	$64, %rbp
	setb	%al
	testq	%r13, %r13
	sete	%cl
	orb	%al, %cl
	je	.LBB27_2
.LBB27_1:
	xorl	%r9d, %r9d
	jmp	.LBB27_23
.LBB27_2:
	movq	256(%rbx), %rax
	xorl	%r9d, %r9d
	testq	%rax, %rax
	js	.LBB27_14
	movabsq	$137438953471, %r14
	movabsq	$9223371899415822336, %r10
	leaq	24(%rsp), %r11
	xorl	%r15d, %r15d
.LBB27_4:
	movq	%rax, %r8
.LBB27_5:
	movq	384(%rbx), %rcx
	movq	392(%rbx), %rax
	movq	%r8, %rdx
	subq	%rcx, %rdx
	andq	%r14, %rdx
	addq	$64, %rdx
	cmpq	%rbp, %rdx
	ja	.LBB27_7
	movq	%r8, %r12
	shrq	$37, %r12
	movl	%r12d, %ecx
	subl	%eax, %ecx
	andl	$67108863, %ecx
	cmpq	%r13, %rcx
	jb	.LBB27_9
.LBB27_7:
	movq	%rsi, 16(%rsp)
	movq	%rdi, 8(%rsp)
	movl	$64, %edx
	movl	$1, %ecx
	movq	%r11, %r12
	movq	%r11, %rdi
	movq	%rbx, %rsi
	callq	*_ZN9latchfree3log4core4Core14tail_with_roomE@GOTPCREL(%rip)
	cmpb	$0, 24(%rsp)
	jne	.LBB27_1
	movq	32(%rsp), %r8
	testq	%r8, %r8
	movq	8(%rsp), %rdi
	movq	16(%rsp), %rsi
	movl	$0, %r9d
	movabsq	$9223371899415822336, %r10
	movq	%r12, %r11
	jns	.LBB27_5
	jmp	.LBB27_14
.LBB27_9:
	leaq	64(%r8), %rcx
	leaq	(%r14,%r8), %rax
	incq	%rax
	andq	%r10, %rax
	andq	%r14, %rcx
	orq	%rax, %rcx
	movq	%r8, %rax
	lock		cmpxchgq	%rcx, 256(%rbx)
	je	.LBB27_15
	cmpl	$6, %r15d
	movl	$6, %ecx
	cmovbl	%r15d, %ecx
	movl	$1, %edx
.LBB27_11:
	pause
	movl	%edx, %r8d
	shrl	%cl, %r8d
	incl	%edx
	testl	%r8d, %r8d
	je	.LBB27_11
	cmpl	$7, %r15d
	adcl	$0, %r15d
	testq	%rax, %rax
	jns	.LBB27_4
.LBB27_14:
	jmp	.LBB27_23
.LBB27_15:
	movq	384(%rbx), %rcx
	movq	392(%rbx), %rax
	movq	%r8, %r15
	subq	%rcx, %r15
	andq	%r14, %r15
	leaq	64(%r15), %rdx
	cmpq	%rbp, %rdx
	ja	.LBB27_24
	subl	%eax, %r12d
	andl	$67108863, %r12d
	cmpq	%r13, %r12
	jae	.LBB27_24
	addq	%rcx, %r15
	addq	%rax, %r12
.LBB27_18:
	movq	24(%rdi), %rbx
	movq	32(%rdi), %r14
	leaq	-1(%r14), %rax
	andq	%r15, %rax
	subq	%rax, %r14
	cmpq	$64, %r14
	jae	.LBB27_20
	movl	$64, %r13d
	subq	%r14, %r13
	addq	%rbx, %rax
	movq	%rdi, 8(%rsp)
	movq	%rax, %rdi
	movq	%rsi, %rbp
	movq	%r14, %rdx
	callq	*memcpy@GOTPCREL(%rip)
	addq	%r14, %rbp
	movq	%rbx, %rdi
	movq	%rbp, %rsi
	movq	%r13, %rdx
	callq	*memcpy@GOTPCREL(%rip)
	movq	8(%rsp), %rdi
	jmp	.LBB27_21
.LBB27_20:
	movups	(%rsi), %xmm0
	movups	16(%rsi), %xmm1
	movups	32(%rsi), %xmm2
	movups	48(%rsi), %xmm3
	movups	%xmm3, 48(%rbx,%rax)
	movups	%xmm2, 32(%rbx,%rax)
	movups	%xmm1, 16(%rbx,%rax)
	movups	%xmm0, (%rbx,%rax)
.LBB27_21:
	movq	(%rdi), %rax
	movq	8(%rdi), %rcx
	movq	16(%rdi), %rdx
	decq	%rdx
	andq	%r12, %rdx
	movq	%r12, %rsi
	shlq	$38, %rsi
	movabsq	$68719476800, %rdi
	orq	%rsi, %rdi
	movq	%rdi, (%rcx,%rdx,8)
	mfence
	movq	528(%rax), %rsi
	cmpq	%r12, %rsi
	je	.LBB27_26
.LBB27_22:
	addq	$64, %r15
	movl	$1, %r9d
.LBB27_23:
	movq	%r9, %rax
	movq	%r15, %rdx
	addq	$40, %rsp
	popq	%rbx
	popq	%r12
	popq	%r13
	popq	%r14
	popq	%r15
	popq	%rbp
	retq
.LBB27_24:
	movl	$64, %edx
	movl	$1, %ecx
	movq	%rdi, %r14
	movq	%rbx, %rdi
	movq	%rsi, %rbx
	movq	%r8, %rsi
	callq	*_ZN9latchfree3log4core4Core16wait_until_freedE@GOTPCREL(%rip)
	movq	%rbx, %rsi
	movq	%r14, %rdi
	movq	%rax, %r15
	movq	%rdx, %r12
	jmp	.LBB27_18
.LBB27_26:
	addq	$512, %rax
	movq	%rax, %rdi
	callq	*_ZN9latchfree3log7parking7Parking4wakeE@GOTPCREL(%rip)
	jmp	.LBB27_22

log_try_batch:
	subq	$88, %rsp
	movq	%rsi, %rdx
	movq	%rdi, %rsi
	leaq	8(%rsp), %rdi
	callq	*_ZN9latchfree3log7flusher7Flusher9try_batchE@GOTPCREL(%rip)
	movq	8(%rsp), %rax
	testq	%rax, %rax
	je	.LBB28_2
	movq	72(%rsp), %rax
.LBB28_2:
	addq	$88, %rsp
	retq

log_release:
	jmpq	*_ZN9latchfree3log5batch5Batch7releaseE@GOTPCREL(%rip)

ring_try_send:
	pushq	%rbx
	movq	(%rdi), %r8
	movq	1024(%r8), %rdx
	testb	$1, %dl
	jne	.LBB30_13
	xorl	%edi, %edi
	xorl	%r9d, %r9d
.LBB30_2:
	movq	%rdx, %rcx
	andq	$-4, %rcx
	movq	1032(%r8), %r10
	andq	$-4, %r10
	subq	%rcx, %r10
	movq	%r10, %rax
	sarq	$2, %rax
	cmpq	$4, %r10
	cmovlq	%rdi, %rax
	testq	%rax, %rax
	jne	.LBB30_6
	movq	1152(%r8), %r10
	andq	$-4, %r10
	addq	$256, %r10
	movq	%r10, 1032(%r8)
	subq	%rcx, %r10
	movq	%r10, %rax
	sarq	$2, %rax
	cmpq	$4, %r10
	cmovlq	%rdi, %rax
	testq	%rax, %rax
	jne	.LBB30_6
	mfence
	movq	1152(%r8), %rax
	andq	$-4, %rax
	addq	$256, %rax
	movq	%rax, 1032(%r8)
	subq	%rcx, %rax
	cmpq	$4, %rax
	jl	.LBB30_14
	shrq	$2, %rax
.LBB30_6:
	testq	%rax, %rax
	je	.LBB30_14
	leaq	4(%rcx), %r10
	movq	%rdx, %rax
	lock		cmpxchgq	%r10, 1024(%r8)
	je	.LBB30_8
	movq	%rax, %rdx
	cmpl	$6, %r9d
	movl	$6, %ecx
	cmovbl	%r9d, %ecx
	movl	$1, %eax
.LBB30_11:
	pause
	movl	%eax, %r10d
	shrl	%cl, %r10d
	incl	%eax
	testl	%r10d, %r10d
	je	.LBB30_11
	cmpl	$7, %r9d
	adcl	$0, %r9d
	testb	$1, %dl
	je	.LBB30_2
.LBB30_13:
	#MEMBARRIER
.LBB30_14:
	xorl	%ebx, %ebx
.LBB30_18:
	movl	%ebx, %eax
	popq	%rbx
	retq
.LBB30_8:
	testb	$2, %dl
	jne	.LBB30_15
	xorl	%eax, %eax
.LBB30_16:
	andl	$252, %edx
	movq	%rsi, 8(%r8,%rdx,4)
	orq	$1, %rcx
	movq	%rcx, (%r8,%rdx,4)
	movb	$1, %bl
	testq	%rax, %rax
	je	.LBB30_18
	callq	*8(%rax)
	movl	%ebx, %eax
	popq	%rbx
	retq
.LBB30_15:
	#MEMBARRIER
	movq	1280(%r8), %rax
	movq	1288(%r8), %rdi
	movq	$0, 1280(%r8)
	jmp	.LBB30_16

ring_try_recv:
	pushq	%rbx
	subq	$16, %rsp
	testb	$1, (%rdi)
	je	.LBB31_1
	movq	8(%rdi), %rdx
	movq	$0, (%rdi)
	movq	24(%rdi), %rcx
	movl	$1, %eax
	cmpq	%rcx, 32(%rdi)
	jne	.LBB31_8
	jmp	.LBB31_11
.LBB31_1:
	movq	24(%rdi), %rax
.LBB31_2:
	movq	16(%rdi), %rcx
	movl	%eax, %edx
	andl	$252, %edx
	movq	(%rcx,%rdx,4), %rcx
	xorq	%rax, %rcx
	cmpq	$1, %rcx
	je	.LBB31_13
	cmpq	$2, %rcx
	jne	.LBB31_5
	movq	24(%rdi), %rax
	addq	$4, %rax
	movq	%rax, 24(%rdi)
	movb	$0, 40(%rdi)
	jmp	.LBB31_2
.LBB31_13:
	movq	16(%rdi), %rax
	movq	24(%rdi), %rcx
	movl	%ecx, %edx
	andl	$252, %edx
	movq	8(%rax,%rdx,4), %rdx
	addq	$4, %rcx
	movq	%rcx, 24(%rdi)
	movb	$0, 40(%rdi)
	movq	24(%rdi), %rcx
	movl	$1, %eax
	cmpq	%rcx, 32(%rdi)
	je	.LBB31_11
.LBB31_8:
	movq	%rcx, 32(%rdi)
	movq	16(%rdi), %rdi
	movq	%rcx, 1152(%rdi)
	mfence
	movq	1296(%rdi), %rcx
	cmpq	$-1, %rcx
	jne	.LBB31_9
.LBB31_11:
	addq	$16, %rsp
	popq	%rbx
	retq
.LBB31_9:
	movq	%rdx, %rbx
	callq	_ZN9latchfree4wait5queue9WaitQueue11notify_slowE
	movl	$1, %eax
	movq	%rbx, %rdx
	addq	$16, %rsp
	popq	%rbx
	retq
.LBB31_5:
	movq	%rsp, %rax
	movq	%rdi, %rsi
	movq	%rax, %rdi
	movq	%rsi, %rbx
	callq	_ZN9latchfree4mpsc8consumer17Consumer$LT$S$GT$15next_value_slowE
	cmpb	$0, (%rsp)
	je	.LBB31_6
	xorl	%eax, %eax
	addq	$16, %rsp
	popq	%rbx
	retq
.LBB31_6:
	movq	8(%rsp), %rdx
	movq	%rbx, %rdi
	movq	24(%rdi), %rcx
	movl	$1, %eax
	cmpq	%rcx, 32(%rdi)
	jne	.LBB31_8
	jmp	.LBB31_11

seqlock_try_read:
	movq	%rdi, %rax
	movq	(%rsi), %rcx
	testb	$1, %cl
	jne	.LBB32_4
	movq	8(%rsi), %rdx
	movq	16(%rsi), %rdi
	movq	24(%rsi), %r8
	movq	32(%rsi), %r9
	#MEMBARRIER
	movq	(%rsi), %rsi
	cmpq	%rcx, %rsi
	jne	.LBB32_4
	movq	%rdx, 8(%rax)
	movq	%rdi, 16(%rax)
	movq	%r8, 24(%rax)
	movq	%r9, 32(%rax)
	movl	$1, %ecx
	movq	%rcx, (%rax)
	retq
.LBB32_4:
	xorl	%ecx, %ecx
	movq	%rcx, (%rax)
	retq

seqlock_try_write:
	movq	(%rdi), %rcx
	testb	$1, %cl
	jne	.LBB33_4
	movq	%rcx, %rdx
	orq	$1, %rdx
	movq	%rcx, %rax
	lock		cmpxchgq	%rdx, (%rdi)
	jne	.LBB33_4
	#MEMBARRIER
	movq	(%rsi), %rax
	movq	8(%rsi), %rdx
	movq	16(%rsi), %r8
	movq	24(%rsi), %rsi
	movq	%rax, 8(%rdi)
	movq	%rdx, 16(%rdi)
	movq	%r8, 24(%rdi)
	movq	%rsi, 32(%rdi)
	addq	$2, %rcx
	movq	%rcx, (%rdi)
	movb	$1, %al
	retq
.LBB33_4:
	xorl	%eax, %eax
	retq

seqcell_write:
	movq	(%rdi), %rax
	movq	(%rax), %rcx
	orq	$1, %rcx
	movq	%rcx, (%rax)
	#MEMBARRIER
	movq	(%rsi), %rdx
	movq	8(%rsi), %rdi
	movq	16(%rsi), %r8
	movq	24(%rsi), %rsi
	movq	%rdx, 8(%rax)
	movq	%rdi, 16(%rax)
	movq	%r8, 24(%rax)
	movq	%rsi, 32(%rax)
	incq	%rcx
	movq	%rcx, (%rax)
	retq

seqlatch_read:
	movq	%rdi, %rax
	movq	(%rsi), %rdx
	movl	%edx, %edi
	andl	$1, %edi
	shll	$5, %edi
	movq	8(%rsi,%rdi), %rcx
	movq	16(%rsi,%rdi), %r8
	movq	24(%rsi,%rdi), %r9
	movq	32(%rsi,%rdi), %r10
	#MEMBARRIER
	movq	(%rsi), %rdi
	cmpq	%rdx, %rdi
	je	.LBB35_6
	pushq	%rbx
	leaq	8(%rsi), %rdx
	xorl	%edi, %edi
.LBB35_2:
	cmpl	$6, %edi
	movl	$6, %ecx
	cmovbl	%edi, %ecx
	movl	$1, %r8d
.LBB35_3:
	pause
	movl	%r8d, %r9d
	shrl	%cl, %r9d
	incl	%r8d
	testl	%r9d, %r9d
	je	.LBB35_3
	cmpl	$7, %edi
	adcl	$0, %edi
	movq	(%rsi), %r11
	movl	%r11d, %r10d
	andl	$1, %r10d
	shll	$5, %r10d
	movq	(%rdx,%r10), %rcx
	movq	8(%rdx,%r10), %r8
	movq	16(%rdx,%r10), %r9
	movq	24(%rdx,%r10), %r10
	#MEMBARRIER
	movq	(%rsi), %rbx
	cmpq	%r11, %rbx
	jne	.LBB35_2
	popq	%rbx
.LBB35_6:
	movq	%rcx, (%rax)
	movq	%r8, 8(%rax)
	movq	%r9, 16(%rax)
	movq	%r10, 24(%rax)
	retq

watermark_get:
	movq	(%rdi), %rax
	retq

watermark_advance_to:
	pushq	%rbx
	movq	(%rdi), %rax
	cmpq	%rsi, %rax
	jae	.LBB37_7
	movq	(%rdi), %rax
.LBB37_2:
	cmpq	%rsi, %rax
	movq	%rsi, %rcx
	cmovaq	%rax, %rcx
	lock		cmpxchgq	%rcx, (%rdi)
	jne	.LBB37_2
	cmpq	%rsi, %rax
	jae	.LBB37_7
	#MEMBARRIER
	movq	128(%rdi), %rax
	movb	$1, %bl
	cmpq	%rsi, %rax
	jbe	.LBB37_8
	movl	%ebx, %eax
	popq	%rbx
	retq
.LBB37_7:
	xorl	%ebx, %ebx
	movl	%ebx, %eax
	popq	%rbx
	retq
.LBB37_8:
	callq	_ZN9latchfree4wait5queue9WaitQueue11notify_slowE
	movl	%ebx, %eax
	popq	%rbx
	retq

frontier_try_complete:
	pushq	%rbx
	movq	%rsi, %rcx
	incq	%rcx
	jne	.LBB38_3
	movq	8192(%rdi), %rbx
	movl	$1, %eax
	movq	%rbx, %rdx
	popq	%rbx
	retq
.LBB38_3:
	xorl	%eax, %eax
	movq	%rcx, %rdx
	subq	%rsi, %rdx
	cmovbq	%rax, %rdx
	cmpq	$1024, %rdx
	ja	.LBB38_2
	movq	8192(%rdi), %rdx
	xorl	%eax, %eax
	movq	%rcx, %r8
	subq	$1024, %r8
	cmovbq	%rax, %r8
	cmpq	%r8, %rdx
	jae	.LBB38_5
.LBB38_2:
	movq	%rbx, %rdx
	popq	%rbx
	retq
.LBB38_5:
	andl	$1023, %esi
	movl	%esi, %eax
	movq	(%rdi,%rax,8), %rax
.LBB38_6:
	cmpq	%rcx, %rax
	movq	%rcx, %rdx
	cmovaq	%rax, %rdx
	lock		cmpxchgq	%rdx, (%rdi,%rsi,8)
	jne	.LBB38_6
	#MEMBARRIER
	movq	8192(%rdi), %rdx
	movq	%rdx, %rax
	addq	$1024, %rax
	movq	$-1, %rcx
	cmovaeq	%rax, %rcx
	movl	$1, %eax
	cmpq	%rcx, %rdx
	jae	.LBB38_26
	xorl	%esi, %esi
.LBB38_9:
	movq	%rdx, %r8
.LBB38_10:
	movq	%r8, %rbx
	subq	%rdx, %r8
	cmpq	$64, %r8
	ja	.LBB38_13
	movl	%ebx, %r8d
	andl	$1023, %r8d
	movq	(%rdi,%r8,8), %r8
	movq	%r8, %r9
	subq	%rbx, %r9
	jbe	.LBB38_18
	cmpq	$1025, %r9
	jb	.LBB38_10
.LBB38_13:
	xorl	%r8d, %r8d
	cmpq	%rdx, %rbx
	jbe	.LBB38_20
	jmp	.LBB38_14
.LBB38_18:
	movb	$1, %r8b
	cmpq	%rdx, %rbx
	jbe	.LBB38_20
.LBB38_14:
	movq	8192(%rdi), %r9
	cmpq	%rbx, %r9
	jae	.LBB38_20
	movq	8192(%rdi), %rax
.LBB38_16:
	cmpq	%rbx, %rax
	movq	%rbx, %r9
	cmovaq	%rax, %r9
	lock		cmpxchgq	%r9, 8192(%rdi)
	jne	.LBB38_16
	cmpq	%rbx, %rax
	setb	%r9b
	movl	$1, %eax
	jmp	.LBB38_21
.LBB38_20:
	xorl	%r9d, %r9d
.LBB38_21:
	orb	%r9b, %sil
	cmpq	%rdx, %rbx
	sete	%dl
	orb	%r9b, %dl
	testb	%dl, %r8b
	jne	.LBB38_23
	movq	8192(%rdi), %rdx
	movq	%rdx, %rbx
	cmpq	%rcx, %rdx
	jb	.LBB38_9
.LBB38_23:
	testb	$1, %sil
	je	.LBB38_2
	#MEMBARRIER
	movq	8320(%rdi), %rcx
	cmpq	%rbx, %rcx
	ja	.LBB38_2
	addq	$8192, %rdi
	callq	_ZN9latchfree4wait5queue9WaitQueue11notify_slowE
	movl	$1, %eax
	movq	%rbx, %rdx
	popq	%rbx
	retq
.LBB38_26:
	movq	%rdx, %rbx
	movq	%rbx, %rdx
	popq	%rbx
	retq

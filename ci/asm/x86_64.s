
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
	je	.LBB15_1
	addq	%rsi, (%rax)
	retq
.LBB15_1:
	movq	(%rdi), %rax
	lock		addq	%rsi, 512(%rax)
	retq

counter_with_slot_add:
	pushq	%r15
	pushq	%r14
	pushq	%rbx
	movq	%rsi, %rbx
	leaq	256(%rdi), %r15
	movl	264(%rdi), %eax
	cmpl	$2, %eax
	je	.LBB16_3
	movq	%rdi, %r14
	movq	%r15, %rdi
	movl	$2, %esi
	callq	*_ZN9latchfree7counter5slots4Slot5claimE@GOTPCREL(%rip)
	testb	%al, %al
	je	.LBB16_2
.LBB16_3:
	addq	%rbx, (%r15)
	popq	%rbx
	popq	%r14
	popq	%r15
	retq
.LBB16_2:
	lock		addq	%rbx, 512(%r14)
	popq	%rbx
	popq	%r14
	popq	%r15
	retq

counter_sum:
	movq	512(%rdi), %rax
	movq	(%rdi), %rcx
	addq	%rax, %rcx
	movq	128(%rdi), %rax
	movq	256(%rdi), %rdx
	addq	%rax, %rdx
	addq	%rcx, %rdx
	movq	384(%rdi), %rax
	addq	%rdx, %rax
	retq

sequence_next:
	movq	(%rdi), %rax
	testq	%rax, %rax
	js	.LBB18_1
	movl	$1, %edx
	lock		xaddq	%rdx, (%rdi)
	movq	%rdx, %rax
	notq	%rax
	shrq	$63, %rax
	retq
.LBB18_1:
	xorl	%eax, %eax
	retq

ref_count_inc:
	movl	$1, %eax
	lock		xaddl	%eax, (%rdi)
	addl	$-2147483647, %eax
	cmpl	$-2147483647, %eax
	jbe	.LBB19_2
	retq
.LBB19_2:
	jmpq	*_ZN9latchfree7counter9ref_count8RefCount8saturateE@GOTPCREL(%rip)

ref_count_dec:
	movl	$-1, %eax
	lock		xaddl	%eax, (%rdi)
	cmpl	$1, %eax
	jne	.LBB20_1
	#MEMBARRIER
	movb	$1, %al
	retq
.LBB20_1:
	testl	%eax, %eax
	je	.LBB20_2
	js	.LBB20_2
	xorl	%eax, %eax
	retq
.LBB20_2:
	pushq	%rax
	callq	*_ZN9latchfree7counter9ref_count8RefCount8saturateE@GOTPCREL(%rip)
	xorl	%eax, %eax
	addq	$8, %rsp
	retq

ring_try_send:
	pushq	%rbx
	movq	(%rdi), %r8
	movq	1024(%r8), %rdx
	xorl	%ebx, %ebx
	testb	$1, %dl
	jne	.LBB21_11
	xorl	%edi, %edi
.LBB21_2:
	movq	%rdx, %rcx
	andq	$-4, %rcx
	movq	1032(%r8), %r9
	andq	$-4, %r9
	subq	%rcx, %r9
	movq	%r9, %rax
	sarq	$2, %rax
	cmpq	$4, %r9
	cmovlq	%rbx, %rax
	testq	%rax, %rax
	jne	.LBB21_5
	movq	1152(%r8), %rax
	andq	$-4, %rax
	addq	$256, %rax
	movq	%rax, 1032(%r8)
	subq	%rcx, %rax
	cmpq	$4, %rax
	jl	.LBB21_12
	shrq	$2, %rax
.LBB21_5:
	testq	%rax, %rax
	je	.LBB21_12
	leaq	4(%rcx), %r9
	movq	%rdx, %rax
	lock		cmpxchgq	%r9, 1024(%r8)
	je	.LBB21_13
	movq	%rax, %rdx
	cmpl	$6, %edi
	movl	$6, %ecx
	cmovbl	%edi, %ecx
	movl	$1, %eax
.LBB21_8:
	pause
	movl	%eax, %r9d
	shrl	%cl, %r9d
	incl	%eax
	testl	%r9d, %r9d
	je	.LBB21_8
	cmpl	$7, %edi
	adcl	$0, %edi
	testb	$1, %dl
	je	.LBB21_2
	xorl	%ebx, %ebx
	jmp	.LBB21_11
.LBB21_12:
	xorl	%ebx, %ebx
	movl	%ebx, %eax
	popq	%rbx
	retq
.LBB21_13:
	testb	$2, %dl
	jne	.LBB21_18
	xorl	%eax, %eax
.LBB21_15:
	andl	$252, %edx
	movq	%rsi, 8(%r8,%rdx,4)
	orq	$1, %rcx
	movq	%rcx, (%r8,%rdx,4)
	movb	$1, %bl
	testq	%rax, %rax
	je	.LBB21_11
	callq	*8(%rax)
	movl	%ebx, %eax
	popq	%rbx
	retq
.LBB21_11:
	movl	%ebx, %eax
	popq	%rbx
	retq
.LBB21_18:
	#MEMBARRIER
	movq	1280(%r8), %rax
	movq	1288(%r8), %rdi
	movq	$0, 1280(%r8)
	jmp	.LBB21_15

ring_try_recv:
	pushq	%rbx
	movq	8(%rdi), %rax
.LBB22_1:
	movq	(%rdi), %rcx
	movl	%eax, %edx
	andl	$252, %edx
	movq	(%rcx,%rdx,4), %rcx
	xorq	%rax, %rcx
	cmpq	$1, %rcx
	je	.LBB22_6
	cmpq	$2, %rcx
	jne	.LBB22_4
	movq	8(%rdi), %rax
	addq	$4, %rax
	movq	%rax, 8(%rdi)
	movb	$0, 24(%rdi)
	jmp	.LBB22_1
.LBB22_4:
	movq	%rdi, %rbx
	callq	_ZN9latchfree4mpsc8consumer17Consumer$LT$Q$GT$11find_slowlyE
	movq	%rbx, %rdi
	cmpb	$3, %al
	jne	.LBB22_5
.LBB22_6:
	movq	(%rdi), %rcx
	movq	8(%rdi), %rsi
	movl	%esi, %eax
	andl	$252, %eax
	movq	8(%rcx,%rax,4), %rdx
	addq	$4, %rsi
	movq	%rsi, 8(%rdi)
	movb	$0, 24(%rdi)
	movl	$1, %eax
	cmpq	%rsi, 16(%rdi)
	je	.LBB22_9
	movq	%rsi, 16(%rdi)
	movq	%rsi, 1152(%rcx)
	mfence
	movq	1336(%rcx), %rsi
	testq	%rsi, %rsi
	je	.LBB22_8
.LBB22_9:
	popq	%rbx
	retq
.LBB22_8:
	movq	%rcx, %rdi
	movq	%rdx, %rbx
	callq	_ZN9latchfree4wait4list8WaitList12serve_slowlyE
	movl	$1, %eax
	movq	%rbx, %rdx
	popq	%rbx
	retq
.LBB22_5:
	xorl	%eax, %eax
	popq	%rbx
	retq

watermark_get:
	movq	(%rdi), %rax
	retq

watermark_advance_to:
	pushq	%rbx
	movq	(%rdi), %rax
	cmpq	%rsi, %rax
	jae	.LBB24_7
	movq	(%rdi), %rax
.LBB24_2:
	cmpq	%rsi, %rax
	movq	%rsi, %rcx
	cmovaq	%rax, %rcx
	lock		cmpxchgq	%rcx, (%rdi)
	jne	.LBB24_2
	cmpq	%rsi, %rax
	jae	.LBB24_7
	#MEMBARRIER
	movq	160(%rdi), %rax
	movb	$1, %bl
	cmpq	%rsi, %rax
	jbe	.LBB24_8
	movl	%ebx, %eax
	popq	%rbx
	retq
.LBB24_7:
	xorl	%ebx, %ebx
	movl	%ebx, %eax
	popq	%rbx
	retq
.LBB24_8:
	callq	_ZN9latchfree4wait4list8WaitList12serve_slowlyE
	movl	%ebx, %eax
	popq	%rbx
	retq

seqlock_try_read:
	movq	%rdi, %rax
	movq	(%rsi), %rcx
	testb	$1, %cl
	jne	.LBB25_4
	movq	8(%rsi), %rdx
	movq	16(%rsi), %rdi
	movq	24(%rsi), %r8
	movq	32(%rsi), %r9
	#MEMBARRIER
	movq	(%rsi), %rsi
	cmpq	%rcx, %rsi
	jne	.LBB25_4
	movq	%rdx, 8(%rax)
	movq	%rdi, 16(%rax)
	movq	%r8, 24(%rax)
	movq	%r9, 32(%rax)
	movl	$1, %ecx
	movq	%rcx, (%rax)
	retq
.LBB25_4:
	xorl	%ecx, %ecx
	movq	%rcx, (%rax)
	retq

seqlock_try_write:
	movq	(%rdi), %rcx
	testb	$1, %cl
	jne	.LBB26_4
	movq	%rcx, %rdx
	orq	$1, %rdx
	movq	%rcx, %rax
	lock		cmpxchgq	%rdx, (%rdi)
	jne	.LBB26_4
	#MEMBARRIER
	movq	(%rsi), %rax
	movq	%rax, 8(%rdi)
	movq	8(%rsi), %rax
	movq	%rax, 16(%rdi)
	movq	16(%rsi), %rax
	movq	%rax, 24(%rdi)
	movq	24(%rsi), %rax
	movq	%rax, 32(%rdi)
	addq	$2, %rcx
	movq	%rcx, (%rdi)
	movb	$1, %al
	retq
.LBB26_4:
	xorl	%eax, %eax
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
	je	.LBB27_6
	pushq	%rbx
	leaq	8(%rsi), %rdx
	xorl	%edi, %edi
.LBB27_2:
	cmpl	$6, %edi
	movl	$6, %ecx
	cmovbl	%edi, %ecx
	movl	$1, %r8d
.LBB27_3:
	pause
	movl	%r8d, %r9d
	shrl	%cl, %r9d
	incl	%r8d
	testl	%r9d, %r9d
	je	.LBB27_3
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
	jne	.LBB27_2
	popq	%rbx
.LBB27_6:
	movq	%rcx, (%rax)
	movq	%r8, 8(%rax)
	movq	%r9, 16(%rax)
	movq	%r10, 24(%rax)
	retq

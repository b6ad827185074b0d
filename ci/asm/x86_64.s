
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
	pushq	%r15
	pushq	%r14
	pushq	%rbx
	movq	%rsi, %rbx
	leaq	256(%rdi), %r15
	movl	264(%rdi), %eax
	cmpl	$2, %eax
	je	.LBB17_3
	movq	%rdi, %r14
	movq	%r15, %rdi
	movl	$2, %esi
	callq	*_ZN9latchfree7counter7stripes6Stripe5claimE@GOTPCREL(%rip)
	testb	%al, %al
	je	.LBB17_2
.LBB17_3:
	addq	%rbx, (%r15)
	popq	%rbx
	popq	%r14
	popq	%r15
	retq
.LBB17_2:
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
	js	.LBB19_1
	movl	$1, %edx
	lock		xaddq	%rdx, (%rdi)
	movq	%rdx, %rax
	notq	%rax
	shrq	$63, %rax
	retq
.LBB19_1:
	xorl	%eax, %eax
	retq

ref_count_inc:
	movl	$1, %eax
	lock		xaddl	%eax, (%rdi)
	addl	$-2147483647, %eax
	cmpl	$-2147483647, %eax
	jbe	.LBB20_2
	retq
.LBB20_2:
	jmpq	*_ZN9latchfree8refcount9ref_count8RefCount8saturateE@GOTPCREL(%rip)

ref_count_dec:
	movl	$-1, %eax
	lock		xaddl	%eax, (%rdi)
	cmpl	$1, %eax
	jne	.LBB21_1
	#MEMBARRIER
	movb	$1, %al
	retq
.LBB21_1:
	testl	%eax, %eax
	je	.LBB21_2
	js	.LBB21_2
	xorl	%eax, %eax
	retq
.LBB21_2:
	pushq	%rax
	callq	*_ZN9latchfree8refcount9ref_count8RefCount8saturateE@GOTPCREL(%rip)
	xorl	%eax, %eax
	addq	$8, %rsp
	retq

ring_try_send:
	pushq	%rbx
	movq	(%rdi), %r8
	movq	1024(%r8), %rdx
	testb	$1, %dl
	jne	.LBB22_13
	xorl	%edi, %edi
	xorl	%r9d, %r9d
.LBB22_2:
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
	jne	.LBB22_6
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
	jne	.LBB22_6
	mfence
	movq	1152(%r8), %rax
	andq	$-4, %rax
	addq	$256, %rax
	movq	%rax, 1032(%r8)
	subq	%rcx, %rax
	cmpq	$4, %rax
	jl	.LBB22_14
	shrq	$2, %rax
.LBB22_6:
	testq	%rax, %rax
	je	.LBB22_14
	leaq	4(%rcx), %r10
	movq	%rdx, %rax
	lock		cmpxchgq	%r10, 1024(%r8)
	je	.LBB22_8
	movq	%rax, %rdx
	cmpl	$6, %r9d
	movl	$6, %ecx
	cmovbl	%r9d, %ecx
	movl	$1, %eax
.LBB22_11:
	pause
	movl	%eax, %r10d
	shrl	%cl, %r10d
	incl	%eax
	testl	%r10d, %r10d
	je	.LBB22_11
	cmpl	$7, %r9d
	adcl	$0, %r9d
	testb	$1, %dl
	je	.LBB22_2
.LBB22_13:
	#MEMBARRIER
.LBB22_14:
	xorl	%ebx, %ebx
.LBB22_18:
	movl	%ebx, %eax
	popq	%rbx
	retq
.LBB22_8:
	testb	$2, %dl
	jne	.LBB22_15
	xorl	%eax, %eax
.LBB22_16:
	andl	$252, %edx
	movq	%rsi, 8(%r8,%rdx,4)
	orq	$1, %rcx
	movq	%rcx, (%r8,%rdx,4)
	movb	$1, %bl
	testq	%rax, %rax
	je	.LBB22_18
	callq	*8(%rax)
	movl	%ebx, %eax
	popq	%rbx
	retq
.LBB22_15:
	#MEMBARRIER
	movq	1280(%r8), %rax
	movq	1288(%r8), %rdi
	movq	$0, 1280(%r8)
	jmp	.LBB22_16

ring_try_recv:
	pushq	%rbx
	subq	$16, %rsp
	testb	$1, (%rdi)
	je	.LBB23_1
	movq	8(%rdi), %rdx
	movq	$0, (%rdi)
	movq	24(%rdi), %rcx
	movl	$1, %eax
	cmpq	%rcx, 32(%rdi)
	jne	.LBB23_8
	jmp	.LBB23_11
.LBB23_1:
	movq	24(%rdi), %rax
.LBB23_2:
	movq	16(%rdi), %rcx
	movl	%eax, %edx
	andl	$252, %edx
	movq	(%rcx,%rdx,4), %rcx
	xorq	%rax, %rcx
	cmpq	$1, %rcx
	je	.LBB23_13
	cmpq	$2, %rcx
	jne	.LBB23_5
	movq	24(%rdi), %rax
	addq	$4, %rax
	movq	%rax, 24(%rdi)
	movb	$0, 40(%rdi)
	jmp	.LBB23_2
.LBB23_13:
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
	je	.LBB23_11
.LBB23_8:
	movq	%rcx, 32(%rdi)
	movq	16(%rdi), %rdi
	movq	%rcx, 1152(%rdi)
	mfence
	movq	1296(%rdi), %rcx
	cmpq	$-1, %rcx
	jne	.LBB23_9
.LBB23_11:
	addq	$16, %rsp
	popq	%rbx
	retq
.LBB23_9:
	movq	%rdx, %rbx
	callq	_ZN9latchfree4wait5queue9WaitQueue11notify_slowE
	movl	$1, %eax
	movq	%rbx, %rdx
	addq	$16, %rsp
	popq	%rbx
	retq
.LBB23_5:
	movq	%rsp, %rax
	movq	%rdi, %rsi
	movq	%rax, %rdi
	movq	%rsi, %rbx
	callq	_ZN9latchfree4mpsc8consumer17Consumer$LT$S$GT$15next_value_slowE
	cmpb	$0, (%rsp)
	je	.LBB23_6
	xorl	%eax, %eax
	addq	$16, %rsp
	popq	%rbx
	retq
.LBB23_6:
	movq	8(%rsp), %rdx
	movq	%rbx, %rdi
	movq	24(%rdi), %rcx
	movl	$1, %eax
	cmpq	%rcx, 32(%rdi)
	jne	.LBB23_8
	jmp	.LBB23_11

seqlock_try_read:
	movq	%rdi, %rax
	movq	(%rsi), %rcx
	testb	$1, %cl
	jne	.LBB24_4
	movq	8(%rsi), %rdx
	movq	16(%rsi), %rdi
	movq	24(%rsi), %r8
	movq	32(%rsi), %r9
	#MEMBARRIER
	movq	(%rsi), %rsi
	cmpq	%rcx, %rsi
	jne	.LBB24_4
	movq	%rdx, 8(%rax)
	movq	%rdi, 16(%rax)
	movq	%r8, 24(%rax)
	movq	%r9, 32(%rax)
	movl	$1, %ecx
	movq	%rcx, (%rax)
	retq
.LBB24_4:
	xorl	%ecx, %ecx
	movq	%rcx, (%rax)
	retq

seqlock_try_write:
	movq	(%rdi), %rcx
	testb	$1, %cl
	jne	.LBB25_4
	movq	%rcx, %rdx
	orq	$1, %rdx
	movq	%rcx, %rax
	lock		cmpxchgq	%rdx, (%rdi)
	jne	.LBB25_4
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
.LBB25_4:
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

watermark_get:
	movq	(%rdi), %rax
	retq

watermark_advance_to:
	pushq	%rbx
	movq	(%rdi), %rax
	cmpq	%rsi, %rax
	jae	.LBB29_7
	movq	(%rdi), %rax
.LBB29_2:
	cmpq	%rsi, %rax
	movq	%rsi, %rcx
	cmovaq	%rax, %rcx
	lock		cmpxchgq	%rcx, (%rdi)
	jne	.LBB29_2
	cmpq	%rsi, %rax
	jae	.LBB29_7
	#MEMBARRIER
	movq	128(%rdi), %rax
	movb	$1, %bl
	cmpq	%rsi, %rax
	jbe	.LBB29_8
	movl	%ebx, %eax
	popq	%rbx
	retq
.LBB29_7:
	xorl	%ebx, %ebx
	movl	%ebx, %eax
	popq	%rbx
	retq
.LBB29_8:
	callq	_ZN9latchfree4wait5queue9WaitQueue11notify_slowE
	movl	%ebx, %eax
	popq	%rbx
	retq

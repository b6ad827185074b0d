
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
	je	.LBB23_1
	addq	%rsi, (%rax)
	retq
.LBB23_1:
	movq	(%rdi), %rax
	lock		addq	%rsi, (%rax)
	retq

counter_with_slot_add:
	movl	264(%rdi), %eax
	cmpl	$2, %eax
	jne	.LBB24_1
.LBB24_4:
	addq	%rsi, 256(%rdi)
	retq
.LBB24_1:
	movl	264(%rdi), %eax
	testl	%eax, %eax
	jne	.LBB24_3
	movl	$2, %ecx
	xorl	%eax, %eax
	lock		cmpxchgl	%ecx, 264(%rdi)
	je	.LBB24_4
.LBB24_3:
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
	je	.LBB27_1
	incq	(%rcx,%rax,8)
	retq
.LBB27_1:
	movq	(%rdi), %rcx
	lock		incq	(%rcx,%rax,8)
	retq

counters_with_slot_add:
	movl	280(%rdi), %eax
	cmpl	$2, %eax
	jne	.LBB28_1
.LBB28_4:
	incq	256(%rdi)
	addq	%rsi, 272(%rdi)
	retq
.LBB28_1:
	movl	280(%rdi), %eax
	testl	%eax, %eax
	jne	.LBB28_3
	movl	$2, %ecx
	xorl	%eax, %eax
	lock		cmpxchgl	%ecx, 280(%rdi)
	je	.LBB28_4
.LBB28_3:
	lock		incq	768(%rdi)
	lock		addq	%rsi, 784(%rdi)
	retq

sequence_next:
	movl	$1, %eax
	movl	$1, %edx
	lock		xaddq	%rdx, (%rdi)
	testq	%rdx, %rdx
	js	.LBB29_1
	retq
.LBB29_1:
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
.LBB30_1:
	movq	%rdx, %rsi
	incq	%rsi
	je	.LBB30_2
	movq	8(%rdi), %rax
	cmpq	%rdx, %rax
	jbe	.LBB30_6
	movq	%rdx, %rax
	lock		cmpxchgq	%rsi, (%rdi)
	movq	%rax, %rdx
	jne	.LBB30_1
	movl	$1, %ecx
.LBB30_6:
	movq	%rcx, %rax
	retq
.LBB30_2:
	movq	$-1, %rdx
	movq	%rcx, %rax
	retq

clock_tick:
	movq	%rsi, %rdx
	movq	(%rdi), %rax
	xorl	%ecx, %ecx
.LBB31_1:
	cmpq	%rdx, %rax
	movq	%rdx, %rsi
	cmovaq	%rax, %rsi
	testq	%rsi, %rsi
	js	.LBB31_2
	incq	%rsi
	lock		cmpxchgq	%rsi, (%rdi)
	jne	.LBB31_1
	cmpq	%rdx, %rax
	cmovaq	%rax, %rdx
	movl	$1, %eax
	retq
.LBB31_2:
	movq	%rcx, %rax
	retq

ids_acquire:
	movzbl	(%rdi), %eax
	testb	%al, %al
	jne	.LBB32_3
	xorl	%edx, %edx
	movb	$1, %cl
	xorl	%eax, %eax
	lock		cmpxchgb	%cl, (%rdi)
	jne	.LBB32_3
	movq	%rdi, %rax
	retq
.LBB32_3:
	movzbl	1(%rdi), %eax
	testb	%al, %al
	jne	.LBB32_5
	leaq	1(%rdi), %rcx
	movb	$1, %dl
	xorl	%eax, %eax
	lock		cmpxchgb	%dl, (%rcx)
	movl	$1, %edx
	je	.LBB32_10
.LBB32_5:
	movzbl	2(%rdi), %eax
	testb	%al, %al
	jne	.LBB32_7
	leaq	2(%rdi), %rcx
	movb	$1, %dl
	xorl	%eax, %eax
	lock		cmpxchgb	%dl, (%rcx)
	movl	$2, %edx
	je	.LBB32_10
.LBB32_7:
	movzbl	3(%rdi), %eax
	testb	%al, %al
	jne	.LBB32_9
	addq	$3, %rdi
	movb	$1, %cl
	xorl	%eax, %eax
	lock		cmpxchgb	%cl, (%rdi)
	movl	$3, %edx
	movq	%rdi, %rcx
	je	.LBB32_10
.LBB32_9:
	movl	$4, %edx
	xorl	%ecx, %ecx
.LBB32_10:
	movq	%rcx, %rax
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
	je	.LBB33_2
.LBB33_1:
	xorl	%r9d, %r9d
	jmp	.LBB33_23
.LBB33_2:
	movq	256(%rbx), %rax
	xorl	%r9d, %r9d
	testq	%rax, %rax
	js	.LBB33_14
	movabsq	$137438953471, %r14
	movabsq	$9223371899415822336, %r10
	leaq	24(%rsp), %r11
	xorl	%r15d, %r15d
.LBB33_4:
	movq	%rax, %r8
.LBB33_5:
	movq	384(%rbx), %rcx
	movq	392(%rbx), %rax
	movq	%r8, %rdx
	subq	%rcx, %rdx
	andq	%r14, %rdx
	addq	$64, %rdx
	cmpq	%rbp, %rdx
	ja	.LBB33_7
	movq	%r8, %r12
	shrq	$37, %r12
	movl	%r12d, %ecx
	subl	%eax, %ecx
	andl	$67108863, %ecx
	cmpq	%r13, %rcx
	jb	.LBB33_9
.LBB33_7:
	movq	%rsi, 16(%rsp)
	movq	%rdi, 8(%rsp)
	movl	$64, %edx
	movl	$1, %ecx
	movq	%r11, %r12
	movq	%r11, %rdi
	movq	%rbx, %rsi
	callq	*_ZN9latchfree3log4core4Core14tail_with_roomE@GOTPCREL(%rip)
	cmpb	$0, 24(%rsp)
	jne	.LBB33_1
	movq	32(%rsp), %r8
	testq	%r8, %r8
	movq	8(%rsp), %rdi
	movq	16(%rsp), %rsi
	movl	$0, %r9d
	movabsq	$9223371899415822336, %r10
	movq	%r12, %r11
	jns	.LBB33_5
	jmp	.LBB33_14
.LBB33_9:
	leaq	64(%r8), %rcx
	leaq	(%r14,%r8), %rax
	incq	%rax
	andq	%r10, %rax
	andq	%r14, %rcx
	orq	%rax, %rcx
	movq	%r8, %rax
	lock		cmpxchgq	%rcx, 256(%rbx)
	je	.LBB33_15
	cmpl	$6, %r15d
	movl	$6, %ecx
	cmovbl	%r15d, %ecx
	movl	$1, %edx
.LBB33_11:
	pause
	movl	%edx, %r8d
	shrl	%cl, %r8d
	incl	%edx
	testl	%r8d, %r8d
	je	.LBB33_11
	cmpl	$7, %r15d
	adcl	$0, %r15d
	testq	%rax, %rax
	jns	.LBB33_4
.LBB33_14:
	jmp	.LBB33_23
.LBB33_15:
	movq	384(%rbx), %rcx
	movq	392(%rbx), %rax
	movq	%r8, %r15
	subq	%rcx, %r15
	andq	%r14, %r15
	leaq	64(%r15), %rdx
	cmpq	%rbp, %rdx
	ja	.LBB33_24
	subl	%eax, %r12d
	andl	$67108863, %r12d
	cmpq	%r13, %r12
	jae	.LBB33_24
	addq	%rcx, %r15
	addq	%rax, %r12
.LBB33_18:
	movq	24(%rdi), %rbx
	movq	32(%rdi), %r14
	leaq	-1(%r14), %rax
	andq	%r15, %rax
	subq	%rax, %r14
	cmpq	$64, %r14
	jae	.LBB33_20
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
	jmp	.LBB33_21
.LBB33_20:
	movups	(%rsi), %xmm0
	movups	16(%rsi), %xmm1
	movups	32(%rsi), %xmm2
	movups	48(%rsi), %xmm3
	movups	%xmm3, 48(%rbx,%rax)
	movups	%xmm2, 32(%rbx,%rax)
	movups	%xmm1, 16(%rbx,%rax)
	movups	%xmm0, (%rbx,%rax)
.LBB33_21:
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
	je	.LBB33_26
.LBB33_22:
	addq	$64, %r15
	movl	$1, %r9d
.LBB33_23:
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
.LBB33_24:
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
	jmp	.LBB33_18
.LBB33_26:
	addq	$512, %rax
	movq	%rax, %rdi
	callq	*_ZN9latchfree3log7parking7Parking4wakeE@GOTPCREL(%rip)
	jmp	.LBB33_22

log_try_batch:
	subq	$88, %rsp
	movq	%rsi, %rdx
	movq	%rdi, %rsi
	leaq	8(%rsp), %rdi
	callq	*_ZN9latchfree3log7flusher7Flusher9try_batchE@GOTPCREL(%rip)
	movq	8(%rsp), %rax
	testq	%rax, %rax
	je	.LBB34_2
	movq	72(%rsp), %rax
.LBB34_2:
	addq	$88, %rsp
	retq

log_release:
	jmpq	*_ZN9latchfree3log5batch5Batch7releaseE@GOTPCREL(%rip)

ring_try_send:
	movq	%rsi, %rdx
	movq	%rdi, %rsi
	movq	(%rdi), %rdi
	movq	1024(%rdi), %rcx
	movq	1032(%rdi), %rax
	testb	$3, %cl
	jne	.LBB36_4
	movq	%rcx, %r8
	andq	$-4, %r8
	subq	%r8, %rax
	cmpq	$4, %rax
	jl	.LBB36_4
	addq	$4, %r8
	movq	%rcx, %rax
	lock		cmpxchgq	%r8, 1024(%rdi)
	jne	.LBB36_3
	movl	%ecx, %eax
	andl	$252, %eax
	movq	%rdx, 8(%rdi,%rax,4)
	orq	$1, %rcx
	movq	%rcx, (%rdi,%rax,4)
	movb	$1, %al
	retq
.LBB36_3:
	pause
.LBB36_4:
	subq	$24, %rsp
	leaq	8(%rsp), %rdi
	callq	_ZN9latchfree4mpsc8producer17Producer$LT$S$GT$13try_send_slowE
	cmpq	$2, 8(%rsp)
	sete	%al
	addq	$24, %rsp
	retq

ring_try_recv:
	pushq	%rbx
	subq	$16, %rsp
	movq	%rdi, %rsi
	testb	$1, (%rdi)
	jne	.LBB37_5
	movq	24(%rsi), %rcx
	movq	16(%rsi), %rax
	movl	%ecx, %edx
	andl	$252, %edx
	movq	(%rax,%rdx,4), %rdi
	xorq	%rcx, %rdi
	cmpq	$1, %rdi
	jne	.LBB37_5
	leaq	(%rax,%rdx,4), %rax
	movq	8(%rax), %rdx
	addq	$4, %rcx
	movq	%rcx, 24(%rsi)
	movb	$0, 48(%rsi)
	movl	$1, %eax
	cmpq	%rcx, 32(%rsi)
	je	.LBB37_6
	movq	%rcx, 32(%rsi)
	movq	16(%rsi), %rdi
	movq	%rcx, 1152(%rdi)
	mfence
	movq	1280(%rdi), %rcx
	cmpq	$-1, %rcx
	jne	.LBB37_4
.LBB37_6:
	addq	$16, %rsp
	popq	%rbx
	retq
.LBB37_5:
	movq	%rsp, %rdi
	callq	_ZN9latchfree4mpsc8consumer17Consumer$LT$S$GT$13try_recv_slowE
	movzbl	(%rsp), %eax
	movq	8(%rsp), %rdx
	xorq	$1, %rax
	addq	$16, %rsp
	popq	%rbx
	retq
.LBB37_4:
	movq	%rdx, %rbx
	callq	_ZN9latchfree4wait5queue9WaitQueue11notify_slowE
	movl	$1, %eax
	movq	%rbx, %rdx
	addq	$16, %rsp
	popq	%rbx
	retq

unbounded_send:
	movq	%rsi, %rdx
	movq	%rdi, %rsi
	movq	(%rdi), %rdi
	movq	144(%rdi), %rcx
	testb	$3, %cl
	jne	.LBB38_4
	movl	%ecx, %eax
	andl	$252, %eax
	cmpl	$252, %eax
	je	.LBB38_4
	movl	%ecx, %eax
	shrl	$5, %eax
	andl	$8, %eax
	movq	128(%rdi,%rax), %r8
	leaq	4(%rcx), %r9
	movq	%rcx, %rax
	lock		cmpxchgq	%r9, 144(%rdi)
	jne	.LBB38_3
	andq	$-2, %r8
	movl	%ecx, %eax
	shrl	$2, %eax
	shrl	$5, %ecx
	andl	$7, %ecx
	leaq	(%rcx,%rcx,8), %rcx
	leaq	(%r8,%rcx,8), %rcx
	andl	$7, %eax
	movq	%rdx, (%rcx,%rax,8)
	movb	$1, 64(%rax,%rcx)
	movb	$1, %al
	retq
.LBB38_3:
	pause
.LBB38_4:
	subq	$24, %rsp
	leaq	8(%rsp), %rdi
	callq	_ZN9latchfree4mpsc8producer17Producer$LT$S$GT$13try_send_slowE
	cmpq	$2, 8(%rsp)
	sete	%al
	addq	$24, %rsp
	retq

unbounded_try_recv:
	movq	%rdi, %rsi
	testb	$1, (%rdi)
	jne	.LBB39_5
	movq	24(%rsi), %rcx
	movl	%ecx, %eax
	andl	$252, %eax
	cmpl	$252, %eax
	je	.LBB39_5
	movq	16(%rsi), %rdi
	movl	%ecx, %eax
	movl	%ecx, %edx
	shrl	$5, %edx
	andl	$7, %edx
	leaq	(%rdx,%rdx,8), %rdx
	shlq	$3, %rdx
	addq	264(%rdi), %rdx
	shrl	$2, %eax
	andl	$7, %eax
	movzbl	64(%rax,%rdx), %edi
	cmpb	$1, %dil
	jne	.LBB39_5
	movq	(%rdx,%rax,8), %rdx
	addq	$4, %rcx
	movq	%rcx, 24(%rsi)
	movb	$0, 48(%rsi)
	movl	$1, %eax
	cmpq	%rcx, 32(%rsi)
	jne	.LBB39_4
	retq
.LBB39_4:
	movq	%rcx, 32(%rsi)
	movq	16(%rsi), %rsi
	movq	%rcx, 256(%rsi)
	retq
.LBB39_5:
	subq	$24, %rsp
	leaq	8(%rsp), %rdi
	callq	_ZN9latchfree4mpsc8consumer17Consumer$LT$S$GT$13try_recv_slowE
	movzbl	8(%rsp), %eax
	movq	16(%rsp), %rdx
	xorq	$1, %rax
	addq	$24, %rsp
	retq

ref_count_inc:
	movl	$1, %eax
	lock		xaddl	%eax, (%rdi)
	addl	$-2147483647, %eax
	cmpl	$-2147483647, %eax
	jbe	.LBB40_2
	retq
.LBB40_2:
	jmpq	*_ZN9latchfree8refcount9ref_count8RefCount8saturateE@GOTPCREL(%rip)

ref_count_dec:
	movl	$-1, %eax
	lock		xaddl	%eax, (%rdi)
	cmpl	$1, %eax
	jne	.LBB41_1
	#MEMBARRIER
	movb	$1, %al
	retq
.LBB41_1:
	testl	%eax, %eax
	je	.LBB41_2
	js	.LBB41_2
	xorl	%eax, %eax
	retq
.LBB41_2:
	pushq	%rax
	callq	*_ZN9latchfree8refcount9ref_count8RefCount8saturateE@GOTPCREL(%rip)
	xorl	%eax, %eax
	addq	$8, %rsp
	retq

gate_enter:
	movabsq	$4294967296, %rsi
	lock		xaddq	%rsi, 48(%rdi)
	movabsq	$-2305843007066210304, %rax
	testq	%rax, %rsi
	jne	.LBB42_1
.LBB42_3:
	movq	%rdi, %rax
	retq
.LBB42_1:
	pushq	%rbx
	movq	%rdi, %rbx
	callq	*_ZN9latchfree8refcount4gate4Gate16count_entry_slowE@GOTPCREL(%rip)
	movq	%rbx, %rdi
	testb	%al, %al
	popq	%rbx
	je	.LBB42_3
	xorl	%edi, %edi
	movq	%rdi, %rax
	retq

gate_leave:
	movabsq	$-4294967296, %rsi
	lock		xaddq	%rsi, 48(%rdi)
	testl	%esi, %esi
	js	.LBB43_2
	retq
.LBB43_2:
	jmpq	*_ZN9latchfree8refcount4gate4Gate12leave_closedE@GOTPCREL(%rip)

reader_pin:
	movq	%rdi, %rax
	movq	(%rsi), %rcx
	movq	(%rdx), %rsi
	movq	%rsi, (%rcx)
	mfence
	movq	(%rdx), %rdx
	cmpq	%rsi, %rdx
	jbe	.LBB44_2
	movq	%rdx, (%rcx)
	movq	%rdx, %rsi
.LBB44_2:
	movq	%rcx, (%rax)
	movq	%rsi, 8(%rax)
	movb	$0, 16(%rax)
	movl	-7(%rsp), %ecx
	movl	-4(%rsp), %edx
	movl	%ecx, 17(%rax)
	movl	%edx, 20(%rax)
	retq

pinned_advance:
	movq	(%rsi), %rcx
	movq	8(%rdi), %rax
	cmpq	%rax, %rcx
	jbe	.LBB45_2
	movq	%rcx, 8(%rdi)
	movq	(%rdi), %rax
	movq	%rcx, (%rax)
	movq	%rcx, %rax
.LBB45_2:
	retq

pins_oldest:
	mfence
	movq	(%rdi), %rax
	cmpq	%rax, %rsi
	cmovbq	%rsi, %rax
	movq	128(%rdi), %rcx
	cmpq	%rcx, %rax
	cmovaeq	%rcx, %rax
	movq	256(%rdi), %rcx
	cmpq	%rcx, %rax
	cmovaeq	%rcx, %rax
	movq	384(%rdi), %rcx
	cmpq	%rcx, %rax
	cmovaeq	%rcx, %rax
	#MEMBARRIER
	retq

seqlock_try_read:
	movq	%rdi, %rax
	movq	(%rsi), %rcx
	testb	$1, %cl
	jne	.LBB47_4
	movq	8(%rsi), %rdx
	movq	16(%rsi), %rdi
	movq	24(%rsi), %r8
	movq	32(%rsi), %r9
	#MEMBARRIER
	movq	(%rsi), %rsi
	cmpq	%rcx, %rsi
	jne	.LBB47_4
	movq	%rdx, 8(%rax)
	movq	%rdi, 16(%rax)
	movq	%r8, 24(%rax)
	movq	%r9, 32(%rax)
	movl	$1, %ecx
	movq	%rcx, (%rax)
	retq
.LBB47_4:
	xorl	%ecx, %ecx
	movq	%rcx, (%rax)
	retq

seqlock_try_write:
	movq	(%rdi), %rcx
	testb	$1, %cl
	jne	.LBB48_4
	movq	%rcx, %rdx
	orq	$1, %rdx
	movq	%rcx, %rax
	lock		cmpxchgq	%rdx, (%rdi)
	jne	.LBB48_4
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
.LBB48_4:
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
	je	.LBB50_6
	pushq	%rbx
	leaq	8(%rsi), %rdx
	xorl	%edi, %edi
.LBB50_2:
	cmpl	$6, %edi
	movl	$6, %ecx
	cmovbl	%edi, %ecx
	movl	$1, %r8d
.LBB50_3:
	pause
	movl	%r8d, %r9d
	shrl	%cl, %r9d
	incl	%r8d
	testl	%r9d, %r9d
	je	.LBB50_3
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
	jne	.LBB50_2
	popq	%rbx
.LBB50_6:
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
	jae	.LBB52_7
	movq	(%rdi), %rax
.LBB52_2:
	cmpq	%rsi, %rax
	movq	%rsi, %rcx
	cmovaq	%rax, %rcx
	lock		cmpxchgq	%rcx, (%rdi)
	jne	.LBB52_2
	cmpq	%rsi, %rax
	jae	.LBB52_7
	#MEMBARRIER
	movq	128(%rdi), %rax
	movb	$1, %bl
	cmpq	%rsi, %rax
	jbe	.LBB52_8
	movl	%ebx, %eax
	popq	%rbx
	retq
.LBB52_7:
	xorl	%ebx, %ebx
	movl	%ebx, %eax
	popq	%rbx
	retq
.LBB52_8:
	callq	_ZN9latchfree4wait5queue9WaitQueue11notify_slowE
	movl	%ebx, %eax
	popq	%rbx
	retq

frontier_try_complete:
	pushq	%rbx
	movq	%rsi, %rcx
	incq	%rcx
	jne	.LBB53_3
	movq	8192(%rdi), %rbx
	movl	$1, %eax
	movq	%rbx, %rdx
	popq	%rbx
	retq
.LBB53_3:
	xorl	%eax, %eax
	movq	%rcx, %rdx
	subq	%rsi, %rdx
	cmovbq	%rax, %rdx
	cmpq	$1024, %rdx
	ja	.LBB53_2
	movq	8192(%rdi), %rdx
	xorl	%eax, %eax
	movq	%rcx, %r8
	subq	$1024, %r8
	cmovbq	%rax, %r8
	cmpq	%r8, %rdx
	jae	.LBB53_5
.LBB53_2:
	movq	%rbx, %rdx
	popq	%rbx
	retq
.LBB53_5:
	andl	$1023, %esi
	movl	%esi, %eax
	movq	(%rdi,%rax,8), %rax
.LBB53_6:
	cmpq	%rcx, %rax
	movq	%rcx, %rdx
	cmovaq	%rax, %rdx
	lock		cmpxchgq	%rdx, (%rdi,%rsi,8)
	jne	.LBB53_6
	#MEMBARRIER
	movq	8192(%rdi), %rdx
	movq	%rdx, %rax
	addq	$1024, %rax
	movq	$-1, %rcx
	cmovaeq	%rax, %rcx
	movl	$1, %eax
	cmpq	%rcx, %rdx
	jae	.LBB53_26
	xorl	%esi, %esi
.LBB53_9:
	movq	%rdx, %r8
.LBB53_10:
	movq	%r8, %rbx
	subq	%rdx, %r8
	cmpq	$64, %r8
	ja	.LBB53_13
	movl	%ebx, %r8d
	andl	$1023, %r8d
	movq	(%rdi,%r8,8), %r8
	movq	%r8, %r9
	subq	%rbx, %r9
	jbe	.LBB53_18
	cmpq	$1025, %r9
	jb	.LBB53_10
.LBB53_13:
	xorl	%r8d, %r8d
	cmpq	%rdx, %rbx
	jbe	.LBB53_20
	jmp	.LBB53_14
.LBB53_18:
	movb	$1, %r8b
	cmpq	%rdx, %rbx
	jbe	.LBB53_20
.LBB53_14:
	movq	8192(%rdi), %r9
	cmpq	%rbx, %r9
	jae	.LBB53_20
	movq	8192(%rdi), %rax
.LBB53_16:
	cmpq	%rbx, %rax
	movq	%rbx, %r9
	cmovaq	%rax, %r9
	lock		cmpxchgq	%r9, 8192(%rdi)
	jne	.LBB53_16
	cmpq	%rbx, %rax
	setb	%r9b
	movl	$1, %eax
	jmp	.LBB53_21
.LBB53_20:
	xorl	%r9d, %r9d
.LBB53_21:
	orb	%r9b, %sil
	cmpq	%rdx, %rbx
	sete	%dl
	orb	%r9b, %dl
	testb	%dl, %r8b
	jne	.LBB53_23
	movq	8192(%rdi), %rdx
	movq	%rdx, %rbx
	cmpq	%rcx, %rdx
	jb	.LBB53_9
.LBB53_23:
	testb	$1, %sil
	je	.LBB53_2
	#MEMBARRIER
	movq	8320(%rdi), %rcx
	cmpq	%rbx, %rcx
	ja	.LBB53_2
	addq	$8192, %rdi
	callq	_ZN9latchfree4wait5queue9WaitQueue11notify_slowE
	movl	$1, %eax
	movq	%rbx, %rdx
	popq	%rbx
	retq
.LBB53_26:
	movq	%rdx, %rbx
	movq	%rbx, %rdx
	popq	%rbx
	retq
